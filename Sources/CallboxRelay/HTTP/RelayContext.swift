package import Hummingbird

/// What goes with a request through the routes.
package struct RelayContext: RequestContext {
    /// Hummingbird's own.
    package var coreContext: CoreRequestContextStorage

    /// The context of a request that came in.
    package init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
    }
}
