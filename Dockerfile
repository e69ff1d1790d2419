# Every app of the shop: docker build --build-arg APP=user .
# Layers go from what changes seldom to what changes often: an edit in an app compiles that app and nothing else.

# What npm reads of the manifests, without scripts and sources: the stages that install depend on this and on the lock file.
FROM node:26.12.1-trixie-slim AS manifests
COPY scripts/manifest.ts /
WORKDIR /manifests
COPY packages packages
COPY package.json ./
RUN find packages -type f ! -name package.json -delete \
 && find packages -type d -empty -delete \
 && node /manifest.ts package.json packages/*/package.json

FROM node:26.12.1-trixie-slim AS manifest
ARG APP
COPY scripts/manifest.ts apps/$APP/package.json /
RUN node /manifest.ts /package.json

# Compiler and types. They lie in a folder above the sources, where modules are looked up last: nothing of them can get
# into the image. The same for every app.
FROM node:26.12.1-trixie-slim AS tools
WORKDIR /build
COPY .npmrc package-lock.json ./
COPY --from=manifests /manifests/package.json ./
RUN --mount=type=cache,target=/root/.npm npm ci --no-audit --no-fund

# What the app needs at run time. (Optional dependencies are the programs of each platform that only the tools use.)
FROM node:26.12.1-trixie-slim AS dependencies
ARG APP
WORKDIR /build/shop
COPY .npmrc package-lock.json ./
COPY --from=manifests /manifests ./
COPY --from=manifest /package.json apps/$APP/
RUN --mount=type=cache,target=/root/.npm \
    npm ci --omit=dev --omit=optional --workspace "apps/$APP" --no-audit --no-fund

# What the image is made of, as CycloneDX: npm's packages, Node and Debian's.
FROM dependencies AS sbom
COPY scripts/sbom.ts /
RUN node /sbom.ts "$APP" > /sbom.cdx.json

# The same without what Node cannot run: types, sources, maps and pages of dependencies. Texts of licences stay.
FROM dependencies AS runtime
RUN find . -path '*/node_modules/*' -type f \( -name '*.ts' -o -name '*.[cm]ts' -o -name '*.map' -o -name '*.md' \) \
    ! -iname 'licen[cs]e*' ! -iname 'notice*' ! -iname 'copying*' -delete

# The packages first, then the app; both keep only what runs, and the maps for stack traces. A package that this app does
# not depend on goes.
FROM dependencies AS build
COPY tsconfig.base.json ./
COPY packages packages
RUN --mount=type=bind,from=tools,source=/build/node_modules,target=/build/node_modules \
    realpath node_modules/@shop/* | grep /packages/ | xargs ../node_modules/.bin/tsc -b
COPY apps/$APP apps/$APP
RUN --mount=type=bind,from=tools,source=/build/node_modules,target=/build/node_modules \
    --mount=type=bind,source=scripts/manifest.ts,target=/manifest.ts \
    ../node_modules/.bin/tsc -b "apps/$APP" \
 && node /manifest.ts packages/*/package.json "apps/$APP/package.json" \
 && find apps packages -name node_modules -prune -o -type f \
      ! -path '*/dist/*.js' ! -path '*/dist/*.js.map' ! -name package.json -exec rm {} + \
 && for package in packages/*; do [ -e "node_modules/@shop/${package#packages/}" ] || rm -r "$package"; done

FROM node:26.12.1-trixie-slim
ARG APP
ENV NODE_ENV=production
WORKDIR /shop/apps/$APP
COPY --from=sbom /sbom.cdx.json /shop/
COPY --from=runtime /build/shop/node_modules /shop/node_modules
COPY --from=build /build/shop/packages /shop/packages
COPY --from=build /build/shop/apps/$APP ./
LABEL org.opencontainers.image.title="$APP" \
      org.opencontainers.image.description="A part of an online shop in miniature on Kubernetes" \
      org.opencontainers.image.licenses="MIT"
# A number, so that Kubernetes can see that it is not root.
USER 1000:1000
# By itself Node lets its heap grow to the whole memory limit of the container, and the kernel would end it before garbage
# is collected. DEP0060 is util._extend, which http-proxy calls as it loads: the warning is not NDJSON.
ENTRYPOINT ["node", "--enable-source-maps", "--max-old-space-size-percentage=60", "--disable-warning=DEP0060", "dist/main.js"]
