# Runs the Worker with workerd, Cloudflare's runtime, without Wrangler, which would bundle these modules.
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:8787", http = (), service = "main")],
);

const worker :Workerd.Worker = (
  modules = [
    (name = "worker.js", esModule = embed "worker.js"),
    (name = "cooperator", esModule = embed "../node_modules/cooperator/dist/index.js"),
    (name = "cooperator/cooperator.wasm", wasm = embed "../node_modules/cooperator/dist/cooperator.wasm"),
  ],
  compatibilityDate = "2026-11-01",
  compatibilityFlags = ["enable_request_signal"],
);
