# docker build -t connected-ops-lab . && docker run --rm -p 8000:8000 connected-ops-lab

FROM python:3.11-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
# The pins come first: a change of the code alone leaves this layer as it is.
COPY requirements requirements
RUN python -m venv /build \
    && /build/bin/pip install --quiet --require-hashes -r requirements/build.txt \
    && python -m venv --without-pip /app \
    && /build/bin/pip --python /app/bin/python install --quiet --require-hashes -r requirements/runtime.txt \
    # The libraries' own test suites are a fifth of the size.
    && find /app -type d -name tests -prune -exec rm -rf {} +
COPY pyproject.toml README.md LICENSE telemetry_emulator.json ./
COPY connected_ops connected_ops
COPY shiny_app shiny_app
RUN /build/bin/pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist . \
    && /build/bin/pip --python /app/bin/python install --quiet --no-deps dist/*.whl

FROM python:3.11-slim
LABEL org.opencontainers.image.title="Connected Ops Lab" \
      org.opencontainers.image.description="Watch raw machine data become a decision with a price" \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /app /app
ENV PATH="/app/bin:$PATH" PYTHONUNBUFFERED=1 HOME=/lab CONNECTED_OPS_GENERATE_KEY=true
RUN useradd --uid 10001 --create-home --home-dir /lab lab
USER 10001:10001
WORKDIR /lab
# The font list is made once here, not at every start.
RUN python -c "import matplotlib.font_manager"
EXPOSE 8000
# Past any proxy in the environment: this is the container asking itself.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
    CMD ["python", "-c", "import urllib.request as r; r.build_opener(r.ProxyHandler({})).open('http://127.0.0.1:8000/healthz', timeout=2)"]
ENTRYPOINT ["connected-ops"]
CMD ["demo", "--host", "0.0.0.0", "--port", "8000"]
