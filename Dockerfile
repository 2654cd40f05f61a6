# calib in a container, from its Debian package. Pictures and results are in the folder that is mounted at /data:
#   docker build -t calib .
#   docker run --rm -u "$(id -u):$(id -g)" -v "$PWD:/data" calib run recording --board 9x6 --square 25mm -o my_rig
#   docker run --rm -v "$PWD:/data" --entrypoint python3 calib -c 'import calib; print(calib.load("my_rig/calibration.yaml"))'
FROM debian:12 AS build
COPY . /calib
WORKDIR /calib
RUN scripts/setup.sh package && cd build/release && cpack -G DEB -B /packages

FROM debian:12-slim
RUN --mount=type=bind,from=build,source=/packages,target=/packages \
    apt-get update && apt-get install --yes --no-install-recommends /packages/calib_*.deb && rm -rf /var/lib/apt/lists/*
WORKDIR /data
ENTRYPOINT ["calib"]
CMD ["--help"]
