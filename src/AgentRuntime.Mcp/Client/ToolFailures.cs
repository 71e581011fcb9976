using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using AgentRuntime.Credentials;
using AgentRuntime.Mcp.Processes;
using AgentRuntime.Scrubbing;
using AgentRuntime.Tools;
using ModelContextProtocol;

namespace AgentRuntime.Mcp.Client;

/// <summary>Turns whatever went wrong into one <see cref="ToolOutcome.Failed"/>. Says that no effect is possible only where that is certain.</summary>
internal static partial class ToolFailures
{
    private const int MaxMessageChars = 4200;
    private const int MaxQuotedStderrChars = 2000;

    /// <summary>A failure of our own making; its text holds nothing from outside.</summary>
    public static ToolOutcome.Failed Own(ToolFailureKind kind, string message, bool effectPossible = false) =>
        new(kind, new UntrustedText(message), effectPossible);

    /// <summary>The server answered with an error result.</summary>
    public static ToolOutcome.Failed FromErrorResult(ServerManifest server, string tool, string text)
    {
        var kind = IsUnknownTool(text, tool) ? ToolFailureKind.UnknownTool
            : AuthFailureRecognizer.SaysRefused(text) ? ToolFailureKind.CredentialRejected
            : ToolFailureKind.ToolError;
        return new ToolOutcome.Failed(kind, Outside($"{server.Name}: {text}"), EffectPossible: true);
    }

    /// <summary>Connecting failed; no call was sent.</summary>
    public static ToolOutcome.Failed FromConnect(ServerManifest server, Exception exception, CallScope scope, ServerProcess? process)
    {
        var said = Describe(exception);
        if (scope.ResultTooLarge)
        {
            return Failed(ToolFailureKind.ProtocolError, $"The server {server.Name} answered the handshake with more than {scope.MaxResultBytes} bytes.");
        }

        if (process is { EndedByItself: true })
        {
            return Failed(
                AuthFailureRecognizer.SaysRefusedInLog(process.StderrTail) ? ToolFailureKind.CredentialRejected : ToolFailureKind.Unavailable,
                $"The server {server.Name} ended while it started, with exit code {process.ExitCode}.{Stderr(process)}");
        }

        return exception switch
        {
            RequestRefusedException => Failed(ToolFailureKind.Unavailable, $"The server {server.Name} was not contacted. {exception.Message}"),
            HttpRequestException { StatusCode: { } status } => Failed(FromStatus(status, said).Kind, $"The server {server.Name} refused the connection with HTTP {(int)status}. {said}"),
            HttpRequestException => Failed(ToolFailureKind.Unavailable, $"The server {server.Name} cannot be reached. {said}"),
            TimeoutException or OperationCanceledException => Failed(process is not null && AuthFailureRecognizer.SaysRefusedInLog(process.StderrTail) ? ToolFailureKind.CredentialRejected : ToolFailureKind.Unavailable, $"The server {server.Name} did not complete the handshake in time.{Stderr(process)}"),
            McpProtocolException when AuthFailureRecognizer.SaysRefused(exception.Message) => Failed(ToolFailureKind.CredentialRejected, $"The server {server.Name} refused the handshake. {said}"),
            IOException or RequestNotDeliveredException => Failed(ToolFailureKind.Unavailable, $"The connection to the server {server.Name} ended during the handshake. {said}{Stderr(process)}"),
            _ => Failed(ToolFailureKind.ProtocolError, $"The server {server.Name} broke the protocol during the handshake. {said}{Stderr(process)}"),
        };

        static ToolOutcome.Failed Failed(ToolFailureKind kind, string message) => new(kind, Outside(message), EffectPossible: false);
    }

    /// <summary>A call failed after connecting.</summary>
    public static ToolOutcome.Failed FromCall(ServerManifest server, string tool, Exception exception, CallScope scope, ServerProcess? process)
    {
        var said = Describe(exception);
        if (scope.ResultTooLarge)
        {
            return new(ToolFailureKind.ResultTooLarge, Outside($"The answer of {server.Name}/{tool} is larger than {scope.MaxResultBytes} bytes. Ask for less, or raise limits.max_result_bytes."), EffectPossible: true);
        }

        if (exception is HttpRequestException { StatusCode: { } status })
        {
            var (kind, effect) = FromStatus(status, said);
            return new(kind, Outside($"The server {server.Name} answered the call with HTTP {(int)status}. {said}"), effect);
        }

        if (process is { EndedByItself: true } && exception is not McpProtocolException)
        {
            var refused = AuthFailureRecognizer.SaysRefusedInLog(process.StderrTail);
            return new(
                refused ? ToolFailureKind.CredentialRejected : ToolFailureKind.ConnectionLost,
                Outside($"The server {server.Name} ended in the middle of the call, with exit code {process.ExitCode}.{Stderr(process)}"),
                EffectPossible: exception is not RequestNotDeliveredException);
        }

        return exception switch
        {
            RequestRefusedException => Own(ToolFailureKind.Unavailable, $"The call to {server.Name}/{tool} was not sent. {exception.Message}"),
            RequestNotDeliveredException => Own(ToolFailureKind.ConnectionLost, $"The server {server.Name} closed the connection before it had the call."),
            McpProtocolException error => FromError(server, tool, error, said),
            HttpRequestException http => FromNetwork(server, http, said),
            _ when scope.AnswerBroken => Lost(server, said),
            IOException or OperationCanceledException or ObjectDisposedException => Lost(server, said),
            McpException or JsonException or InvalidOperationException or ArgumentException or NotSupportedException or FormatException =>
                new(ToolFailureKind.ProtocolError, Outside($"The server {server.Name} answered the call with something that is not an answer. {said}"), EffectPossible: true),
            _ => new(ToolFailureKind.ProtocolError, Outside($"The call to {server.Name}/{tool} failed. {said}"), EffectPossible: true),
        };
    }

    /// <summary>What an HTTP status means for a call, and whether the call may have had an effect.</summary>
    internal static (ToolFailureKind Kind, bool EffectPossible) FromStatus(HttpStatusCode status, string said) => (int)status switch
    {
        401 or 403 => (ToolFailureKind.CredentialRejected, false),
        404 or 410 => (ToolFailureKind.Unavailable, false),
        429 => (ToolFailureKind.RateLimited, false),
        >= 300 and < 400 => (ToolFailureKind.ProtocolError, false),
        400 when AuthFailureRecognizer.SaysRefused(said) => (ToolFailureKind.CredentialRejected, true),
        405 or 406 or 411 or 413 or 414 or 415 or 431 => (ToolFailureKind.ProtocolError, false),
        408 or 500 or 502 or 503 or 504 => (ToolFailureKind.Unavailable, true),
        _ => (ToolFailureKind.ProtocolError, true),
    };

    private static ToolOutcome.Failed FromError(ServerManifest server, string tool, McpProtocolException error, string said)
    {
        var message = Outside($"The server {server.Name} answered the call with error {(int)error.ErrorCode}. {said}");
        if (IsUnknownTool(error.Message, tool))
        {
            return new(ToolFailureKind.UnknownTool, message, EffectPossible: false);
        }

        if ((int)error.ErrorCode is 401 or 403 or -32001 && !Timeouts().IsMatch(error.Message) || AuthFailureRecognizer.SaysRefused(error.Message))
        {
            return new(ToolFailureKind.CredentialRejected, message, EffectPossible: true);
        }

        // Not a request, no such method, not JSON: refused before any tool ran.
        var refusedUnread = error.ErrorCode is McpErrorCode.InvalidRequest or McpErrorCode.MethodNotFound or McpErrorCode.ParseError
            or McpErrorCode.UnsupportedProtocolVersion or McpErrorCode.HeaderMismatch or McpErrorCode.MissingRequiredClientCapability;
        return new(ToolFailureKind.ProtocolError, message, EffectPossible: !refusedUnread);
    }

    private static ToolOutcome.Failed FromNetwork(ServerManifest server, HttpRequestException exception, string said) => exception.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError =>
            new(ToolFailureKind.Unavailable, Outside($"The server {server.Name} cannot be reached. {said}"), EffectPossible: false),
        _ => Lost(server, said),
    };

    private static ToolOutcome.Failed Lost(ServerManifest server, string said) =>
        new(ToolFailureKind.ConnectionLost, Outside($"The connection to the server {server.Name} ended in the middle of the call. {said}"), EffectPossible: true);

    private static bool IsUnknownTool(string text, string tool) =>
        text.Length <= AuthFailureRecognizer.MaxLength
        && text.Contains(tool, StringComparison.Ordinal)
        && UnknownTool().Match(text) is { Success: true } match
        && match.Groups["tool"].ValueSpan.Equals(tool, StringComparison.Ordinal);

    private static string Describe(Exception exception) => exception.Message;

    // Cut when it is scrubbed, not before: the cut could leave a piece of a value that is too short to be known.
    private static UntrustedText Outside(string message) => new(message, MaxMessageChars);

    private static string Stderr(ServerProcess? process)
    {
        var tail = process?.StderrTail.Trim();
        return string.IsNullOrEmpty(tail) ? string.Empty : $" Its last error output: {(tail.Length <= MaxQuotedStderrChars ? tail : tail[^MaxQuotedStderrChars..])}";
    }

    [GeneratedRegex("""(?:unknown|no such|unsupported|invalid) tool(?: name)?:?\s*["'`]?(?<tool>[\w.\-]+)|\btool:?\s*["'`]?(?<tool>[\w.\-]+)["'`]?:? (?:is )?(?:not found|does not exist|unknown|not available|disabled)""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex UnknownTool();

    [GeneratedRegex("time[d ]?[- ]?out", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Timeouts();
}
