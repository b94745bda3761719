# One image for web, worker, beat and migrations; the command says which (collab/processes.py).
FROM node:24-slim AS assets
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN node node_modules/vite/bin/vite.js build

FROM python:3.12-slim
WORKDIR /app
# The letters of papers, Chinese ones among them.
RUN apt-get update && apt-get install -y --no-install-recommends fonts-noto-cjk && rm -rf /var/lib/apt/lists/*
COPY collab/uv.txt collab/
RUN pip install --no-cache-dir --require-hashes -r collab/uv.txt
ENV UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1 PYTHONUNBUFFERED=1 PATH="/app/.venv/bin:$PATH" DATA_DIR=/data
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-dev --all-extras
COPY . .
COPY --from=assets /app/ui/dist ui/dist
RUN python -m whitenoise.compress --quiet ui/dist \
    && python -c "from collab import assets; assets.translate()" \
    && python -m compileall -q -x '/\.venv/' . \
    && useradd --system --uid 10001 collab && mkdir /data && chown collab /data
USER collab
VOLUME /data
EXPOSE 8000
CMD ["python", "-m", "collab.processes", "web"]
