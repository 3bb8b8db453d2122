package import CallboxWire
internal import HTTPTypes
package import Hummingbird
internal import NIOCore

/// A refusal on its way out: the problem, and what its answer says beside it.
package struct Refusal: Error, Equatable, Sendable {
    /// What a 401 asks for.
    package enum Wanted: Equatable, Sendable {
        /// A token, or work.
        case payment
        /// An enrolment code.
        case code
    }

    /// Why.
    package let problem: Problem
    /// When it is worth trying again.
    package let retryAfter: RetryAfter?
    /// What would be taken, of a 401.
    package let wanted: Wanted

    /// A refusal. Without a time, the usual one of its problem.
    package init(_ problem: Problem, retryAfter: RetryAfter? = nil, wanted: Wanted = .payment) {
        self.problem = problem
        self.retryAfter = retryAfter ?? Self.usualWait(problem)
        self.wanted = wanted
    }

    private static func usualWait(_ problem: Problem) -> RetryAfter? {
        switch problem {
        // Its owner has to come first, or a day to pass.
        case .mailboxFull: RetryAfter(seconds: 600)
        case .diskFull: RetryAfter(seconds: 300)
        case .tooManyRequests: RetryAfter(seconds: 10)
        case .busy: RetryAfter(seconds: 2)
        case .uncertain: RetryAfter(seconds: 5)
        default: nil
        }
    }

    /// The answer.
    func response(of core: RelayCore) -> Response {
        var response = Reply.content(
            ProblemDocument.encode(problem), ProblemDocument.mediaType, status: .init(code: problem.status))
        if let retryAfter { response.headers[.retryAfter] = retryAfter.fieldValue }
        if problem.status == 401 {
            switch wanted {
            case .payment:
                response.headers.append(
                    .init(name: .wwwAuthenticate, value: core.keys.authenticateValue(on: core.time.calendarDay)))
                response.headers.append(
                    .init(name: .wwwAuthenticate, value: core.limits.difficulty.authenticateValue))
            case .code:
                response.headers.append(.init(name: .wwwAuthenticate, value: "CallboxCode"))
            }
        }
        return response
    }
}

/// Answers that are no refusal.
package enum Reply {
    /// Done, or done before: 204, without content.
    package static var done: Response { Response(status: .noContent, headers: [.cacheControl: "no-store"]) }

    /// Content of a media type.
    package static func content(
        _ bytes: [UInt8], _ mediaType: String, status: HTTPResponse.Status = .ok
    ) -> Response {
        Response(
            status: status, headers: [.contentType: mediaType, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}

/// The one place where what goes wrong becomes an answer.
struct RefusalMiddleware: RouterMiddleware {
    typealias Context = RelayContext
    let core: RelayCore
    let routes: RouteTable

    @concurrent func handle(
        _ request: Request, context: RelayContext, next: @concurrent (Request, RelayContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let refusal as Refusal {
            return refusal.response(of: core)
        } catch let problem as Problem {
            return Refusal(problem).response(of: core)
        } catch let error as HTTPError where error.status == .notFound {
            guard let methods = routes.methods(at: request.uri.path) else {
                return Refusal(.noSuchPath).response(of: core)
            }
            var response = Refusal(.wrongMethod).response(of: core)
            response.headers[.allow] = methods
            return response
        } catch let error as HTTPError {
            return Refusal(Self.problem(of: error.status)).response(of: core)
        } catch let error as WireError {
            return Refusal(error.problem).response(of: core)
        } catch {
            return Refusal(.uncertain).response(of: core)
        }
    }

    /// What Hummingbird itself refuses.
    private static func problem(of status: HTTPResponse.Status) -> Problem {
        switch status {
        case .contentTooLarge: .tooLarge
        default: .malformed
        }
    }
}
