"""The words of the insight room: one frozen row for each indicator that can lead a machine's episode.

Advice is what makers and workshops say (sources in the comments); what is judgement is marked J. Temperatures that are
absolute read "N °F", differences "N °F above" and the like: the page converts them by these words.
"""

from dataclasses import dataclass

from connected_ops.signals.limits import LIMITED

NOW, TODAY, DAYS, SERVICE = "Now: stop safely", "Today", "Within days", "At the next service"
OVER = "Over: check it at the next service"

# Peterbilt's manual: over the limit ease off, gear down, stop; the cap stays shut until 122 °F.
CAP = "The cap stays shut until the coolant is down to 122 °F."
# Rapid = fan or hose, gradual then stable = restriction (imaraengineeringsupplies). P0217, P0128 and P0219 are OBD-II
# codes; SPN 110 with FMI 15, 16, 0 (least, moderately, most severe) are the maker's own lamps in J1939.
RAPID_OR_GRADUAL = "Rapid rise = fan or hose; gradual, then stable = restriction."
OVER_THE_LIMIT = (
    "The engine makes more heat than its cooling sheds (P0217; SPN 110, FMI 15, 16 or 0). From here it derates or shuts"
    f" down by itself, and a head gasket can go. {RAPID_OR_GRADUAL}"
)


@dataclass(frozen=True, slots=True)
class Row:
    """What is said of a machine's episode led by `key`; `still` rows replace it for machines that work in one place.

    `cause` is why it matters and what it may be, `check` what to look at, `advice` what to do, `urgency` how soon.
    """

    key: str
    title: str
    cause: str
    check: str
    advice: str
    urgency: str
    still: bool = False


ROWS: tuple[Row, ...] = (
    Row(
        "coolant_level", "Coolant over its limit",
        OVER_THE_LIMIT,
        "Coolant level, hoses and belt, then the fan and its drive, then the radiator's face for dirt.",
        f"Ease off, gear down and stop where it is safe. {CAP} Leave cleaning and checks to the yard.",
        NOW,
    ),
    Row(
        "coolant_level", "Coolant over its limit",
        OVER_THE_LIMIT,
        "Coolant level, hoses and belt, then the fan and its drive, then the core for dust and chaff.",
        f"Take the load off, let it idle down, then stop it. {CAP} Clean and check it with the engine cold.",
        NOW, still=True,
    ),
    Row(
        "coolant_near", "Coolant near its limit",
        f"Little margin is left before the maker's warning. {RAPID_OR_GRADUAL}",
        "Coolant level, fan and its drive, the radiator's and charge-air cooler's faces for dirt.",
        f"Ease off and gear down on grades; if it goes over, stop. {CAP} Have it checked in the yard.",
        TODAY,
    ),
    Row(
        "coolant_near", "Coolant near its limit",
        f"Little margin is left before the maker's warning. {RAPID_OR_GRADUAL}",
        "Coolant level, fan and its drive, the core for dust and chaff.",
        f"Take some load off; if it goes over, stop it. {CAP} Clean the core at the end of the shift.",
        TODAY, still=True,
    ),
    Row(
        "coolant_residual", "Coolant above its own normal",
        "It runs hotter than this machine does at such work. Rapid rise = fan or hose; gradual, then stable ="
        " restriction; after a cold start a thermostat stuck closed.",
        "Coolant level, hoses, fan and its drive, thermostat, the radiator's face for dirt.",
        f"Keep the load moderate and watch the gauge. {CAP} Have it checked in the yard.",
        TODAY,
    ),
    Row(
        "coolant_trend", "Coolant rising fast",
        "Rapid rise = fan or hose, or coolant that is leaking away; at this rate the limit is minutes off.",
        "Coolant level and leaks, hoses and belt, the fan and its drive.",
        f"Ease off and gear down now; over the limit stop. {CAP} Have it checked in the yard.",
        TODAY,
    ),
    Row(
        "coolant_trend", "Coolant rising fast",
        "Rapid rise = fan or hose, or coolant that is leaking away; at this rate the limit is minutes off.",
        "Coolant level and leaks, hoses and belt, the fan and its drive.",
        f"Take the load off now; over the limit stop it. {CAP} Check it with the engine cold.",
        TODAY, still=True,
    ),
    Row(
        "coolant_drift", "Cooling margin shrinking",
        "At the same load and weather it runs hotter day by day. Gradual, then stable = restriction: a radiator or"
        " charge-air cooler that clogs.",
        "The faces of radiator and charge-air cooler for dirt and bent fins, the shroud; then coolant level and fan.",
        "Clean radiator and charge-air cooler in the yard before hot days or heavy loads. Over the limit ease off, gear"
        f" down, stop. {CAP}",
        DAYS,
    ),
    Row(
        "coolant_drift", "Cooling margin shrinking",
        "At the same load and weather it runs hotter day by day. Gradual, then stable = restriction: a core that"
        " clogs.",
        "The cooling core for dust and chaff, its screens and seals; then coolant level, belt and fan.",
        f"Clean the core at the next stop of work. Over the limit take the load off and stop it. {CAP}",
        DAYS, still=True,
    ),
    Row(
        "coolant_low", "Runs too cold",
        "The engine works and does not get warm: a thermostat stuck open (P0128). It costs fuel and wears the engine,"
        " but nothing breaks today.",
        "Thermostat and its housing, then the coolant sensor against a hand thermometer.",
        "Replace the thermostat when it is in the yard anyway; it may go on working until then.",
        SERVICE,
    ),
    Row(
        "vibration_level", "Vibration far above healthy",
        "It shakes more than a healthy machine of its class, and not for a single bump. The index cannot tell a bearing"
        " from a tyre: somebody has to look.",
        "Tyres and wheel nuts first, then wheel bearings, propshaft joints and engine mounts.",
        "Slow down, stop where it is safe and look at the wheels; drive on only if they are sound, and have the"
        " driveline checked in the yard.",
        TODAY,
    ),
    Row(
        "vibration_level", "Vibration far above healthy",
        "It shakes more than a healthy machine of its class, and not for a single blow. The index cannot tell a bearing"
        " from a loose mount: somebody has to look.",
        "Mounts and bolts first, then coupling, fan and pump bearings, pins and the undercarriage where there is one.",
        "Take the load off and listen; work on only if mounts and fan are sound.",
        TODAY, still=True,
    ),
    Row(
        "vibration_residual", "Vibration above its normal",
        "It shakes more than this machine usually does at such work. The index cannot tell a bearing from a tyre.",
        "Tyres and balance, wheel bearings, propshaft joints, engine mounts.",
        "Plan a look at wheels and driveline; if it gets louder or the wheel hub hot, stop where it is safe.",
        DAYS,
    ),
    Row(
        "vibration_residual", "Vibration above its normal",
        "It shakes more than this machine usually does at such work. The index cannot tell a bearing from a loose"
        " mount.",
        "Mounts and bolts, coupling, fan and pump bearings, pins.",
        "Plan a look between two jobs; if it gets louder, stop it.",
        DAYS, still=True,
    ),
    Row(
        "vibration_drift", "Vibration growing",
        "Against itself over days it shakes more and more, as a driveline bearing does for weeks before it fails. The"
        " index cannot tell a bearing from a tyre.",
        "Wheel bearings and propshaft joints by hand and ear, tyres and their balance.",
        "Book it into the yard for wheels and driveline; until then keep speeds down.",
        DAYS,
    ),
    Row(
        "vibration_drift", "Vibration growing",
        "Against itself over days it shakes more and more, as a bearing does for weeks before it fails. The index"
        " cannot tell a bearing from a loose mount.",
        "Coupling, fan and pump bearings by hand and ear, mounts and bolts, pins.",
        "Book a check between two jobs; stop it if it gets loud.",
        DAYS, still=True,
    ),
    Row(
        "intake_rise", "Intake air too hot",
        "Air enters far hotter than outside: a charge-air cooler that is blocked, or air from the engine bay.",
        "The charge-air cooler's face, ducts and clamps, the shroud; the sensor if all look sound.",
        "Clean the charge-air cooler in the yard; until then spare full load on grades.",
        DAYS,
    ),
    Row(
        "intake_rise", "Intake air too hot",
        "Air enters far hotter than outside: a blocked charge-air cooler, or hot air that is drawn in again.",
        "The charge-air cooler's face, ducts and clamps, room for air around the machine.",
        "Clean the charge-air cooler and clear the way of the air at the next stop of work.",
        DAYS, still=True,
    ),
    Row(
        "intake_residual", "Intake air above its own normal",
        "It breathes hotter air than this machine usually does. Stable = restriction of the charge-air cooler; sudden ="
        " a duct that has come off.",
        "Ducts and clamps first, then the charge-air cooler's face.",
        "Have ducts and cooler looked at in the yard.",
        DAYS,
    ),
    Row(
        "intake_drift", "Charge-air cooling weakening",
        "At the same load and speed the intake air gets hotter day by day: a charge-air cooler that clogs, often"
        " together with the radiator in front of or behind it.",
        "The faces of charge-air cooler and radiator for dirt and oil, ducts and clamps.",
        "Clean charge-air cooler and radiator together in the yard.",
        DAYS,
    ),
    Row(
        "road_speed", "Over-speeding",
        "It is driven faster than its class is meant to be. Braking distance grows with the square of speed, tyres and"
        " driveline run hot; the machine itself is not faulty.",
        "Speed limiter setting, then the trip: where, how long, how often.",
        "Bring the speed down and talk to the driver; set the limiter if it happens again.",
        TODAY,
    ),
    Row(
        "road_speed", "Over-speeding",
        "It travels faster than its drive is made for, as on a slope; travel motors and brakes suffer.",
        "The slope it was on, travel brakes and the speed setting.",
        "Bring the speed down, low gear on slopes, and talk to the operator.",
        TODAY, still=True,
    ),
    Row(
        "engine_speed", "Engine over its speed",
        "The engine turns faster than its maker allows (P0219), mostly a gear too low downhill; valves and bearings"
        " suffer by the second.",
        "The trip: grade and gear; then the engine brake and the governor.",
        "Brake, then take a higher gear, and talk to the driver; if it races by itself, stop safely.",
        TODAY,
    ),
    Row(
        "engine_speed", "Engine over its speed",
        "The engine turns faster than its maker allows (P0219): the governor, or load that dropped off at once.",
        "Governor and fuel rack or actuator, the load at that moment.",
        "Take it to idle; if it races by itself, use the emergency stop.",
        TODAY, still=True,
    ),
    *(
        Row(
            row.key, f"{row.label} {'over' if row.worse > 0 else 'under'} its limit",
            "It has passed a limit that its class sets; no failure mode here knows why.",
            "What the maker says of this limit, then the sensor against a hand instrument.",
            "Take the load off and have it looked at; stop it where the maker says so.",
            TODAY,
        )
        for row in LIMITED
    ),
)  # fmt: skip
