-- wrk's part of the row "single POSTs": each thread has 32 units of its own, each unit moves on by a second with each sample.
-- Arguments: the Unix second at which this run's samples begin.
local UNITS = 32
local BUILT = 1620000000 -- as in samples.py
local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(args)
  start = tonumber(args[1])
  sent = 0
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
end

function request()
  local unit, nth = sent % UNITS, math.floor(sent / UNITS)
  sent = sent + 1
  local body = string.format(
    '{"ts":"%s","vehicle_id":"bench-%d-%d","coolant_temp_f":%.2f,"intake_air_temp_f":%.2f,"engine_rpm":%.1f,'
      .. '"speed_mph":%.2f,"vibration_score":%.3f,"engine_hours":%.4f}',
    os.date("!%Y-%m-%dT%H:%M:%SZ", start + nth), number, unit, 190 + 4 * math.sin(nth / 30),
    90 + 3 * math.sin(nth / 50), 1500 + 200 * math.sin(nth / 11), 50 + 8 * math.sin(nth / 17),
    1 + 0.2 * math.sin(nth / 3), (start + nth - BUILT) / 3600)
  return wrk.format(nil, "/api/telemetry", nil, body)
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"seconds":%f,"p50_ms":%f,"p99_ms":%f,"status_errors":%d,"socket_errors":%d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
