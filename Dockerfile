# Bursar as a container: docs/container.md. Build: docker build --tag bursar .

# The Node that package.json pins. A registry other than Docker Hub: --build-arg NODE_IMAGE=…
ARG NODE_IMAGE=docker.io/library/node:26.10.0-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /checkout
COPY package.json package-lock.json .npmrc ./
# With the optional dependencies: the bundler of the package has its program in one.
RUN npm ci --ignore-scripts
COPY . .
# The image contains what the npm package contains, with the dependencies of the lockfile.
RUN npm pack --pack-destination /tmp \
  && mkdir -p /opt/bursar \
  && tar -xzf /tmp/bursar-*.tgz -C /opt/bursar --strip-components=1 \
  && cp package-lock.json .npmrc /opt/bursar
WORKDIR /opt/bursar
# The optional dependencies are other copies of Node.
RUN npm ci --omit=dev --omit=optional --ignore-scripts

FROM ${NODE_IMAGE}
LABEL org.opencontainers.image.title="Bursar" \
  org.opencontainers.image.description="The exchange wallet that you can develop against, break on purpose, and then run in production unchanged." \
  org.opencontainers.image.licenses="Apache-2.0"
# A volume that is empty gets the owner and the mode of the folder at which it is mounted.
RUN groupadd --gid 10001 bursar \
  && useradd --no-log-init --uid 10001 --gid bursar --home-dir /data --no-create-home --shell /usr/sbin/nologin bursar \
  && install --directory --owner=bursar --group=bursar --mode=0700 /data \
  && ln -s /opt/bursar/bin/bursar.js /usr/local/bin/bursar
COPY --from=build /opt/bursar /opt/bursar
# Published ports reach only servers that listen on all addresses of the container.
ENV NODE_ENV=production \
  BURSAR_DATA=/data \
  BURSAR_HOST=0.0.0.0 \
  BURSAR_OPERATOR_HOST=0.0.0.0
# By number, so that Kubernetes can tell that it is not root.
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8080 8081
STOPSIGNAL SIGTERM
# Whether it can serve, and if not, why: the operator's port tells this without a token.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "--eval", "fetch(`http://127.0.0.1:${process.env.BURSAR_OPERATOR_PORT || 8081}/ready`).then(async (reply) => [await reply.text(), reply.ok ? 0 : 1], (error) => [error.cause.message, 1]).then(([text, code]) => { console.log(text); process.exitCode = code; })"]
# Node handles SIGTERM itself: no shell and no init process is between the two.
ENTRYPOINT ["bursar"]
CMD ["start"]
