internal import CallboxWire
internal import HTTPTypes
package import Hummingbird

/// Everything that a relay answers to. `Protocol/openapi.yaml`.
package func relayRouter(_ core: RelayCore) -> Router<RelayContext> {
    var routes = RouteTable()
    addRelayRoute(core, to: &routes)
    addMailboxRoutes(core, to: &routes)
    addDropRoute(core, to: &routes)
    addProgramRoutes(core, to: &routes)
    return routes.router(of: core)
}

/// A route's work.
package typealias Handler = @Sendable (Request, RelayContext) async throws -> Response

/// The paths of a relay and what each does by which method.
package struct RouteTable: Sendable {
    private struct Route {
        let path: String
        let parts: [Substring]
        let handlers: [HTTPRequest.Method: Handler]
    }

    private var routes: [Route] = []

    /// Adds a path; what stands in braces is any one part.
    package mutating func add(_ path: String, _ handlers: [HTTPRequest.Method: Handler]) {
        routes.append(Route(path: path, parts: path.split(separator: "/"), handlers: handlers))
    }

    /// A router with all of it.
    func router(of core: RelayCore) -> Router<RelayContext> {
        let router = Router(context: RelayContext.self)
        router.add(middleware: RefusalMiddleware(core: core, routes: self))
        for route in routes {
            for (method, handler) in route.handlers {
                router.on(RouterPath(route.path), method: method) { request, context in
                    try await handler(request, context)
                }
            }
        }
        return router
    }

    /// The methods of a path, as `Allow` lists them; nil when there is no such path.
    func methods(at path: String) -> String? {
        let parts = path.split(separator: "/")
        let route = routes.first { route in
            route.parts.count == parts.count
                && zip(route.parts, parts).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
        }
        return route?.handlers.keys.map(\.rawValue).sorted().joined(separator: ", ")
    }
}
