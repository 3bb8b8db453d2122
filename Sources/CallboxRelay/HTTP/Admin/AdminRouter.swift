internal import Hummingbird
internal import NIOCore

/// What the operator's listener shows, to this machine only.
struct Health: Sendable {
    /// Whether a write reaches the disk now.
    let isReady: @Sendable () async -> Bool
    /// What is measured when asked for.
    let gauges: @Sendable () async -> RelayGauges
    /// What is counted.
    let metrics: RelayMetrics
}

/// `/livez`: the process answers. `/readyz`: it can write and fsync. `/metrics`: what Prometheus collects.
func adminRouter(_ health: Health) -> Router<BasicRequestContext> {
    let router = Router()
    router.get("/livez") { _, _ in plain(.ok, "alive\n") }
    router.get("/readyz") { _, _ in
        await health.isReady() ? plain(.ok, "ready\n") : plain(.serviceUnavailable, "not ready: cannot write\n")
    }
    router.get("/metrics") { _, _ in
        let text = MetricsText.encode(health.metrics, await health.gauges())
        return plain(.ok, text, type: MetricsText.mediaType)
    }
    return router
}

private func plain(_ status: HTTPResponse.Status, _ text: String, type: String = "text/plain; charset=utf-8")
    -> Response
{
    Response(
        status: status, headers: [.contentType: type, .cacheControl: "no-store"],
        body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
}
