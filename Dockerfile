# Debian 12 with Node and everything that building and testing use. The project itself is mounted:
#
#     docker build -t cooperator-dev .
#     docker run --rm -it --init --shm-size=2g -v "$PWD":/cooperator cooperator-dev npm test
#
# .github/workflows use the same base image.
FROM node:20.20.2-bookworm

COPY scripts/ /setup/scripts/
RUN node /setup/scripts/setup.mjs --all && rm -rf /setup /var/lib/apt/lists/*

WORKDIR /cooperator
