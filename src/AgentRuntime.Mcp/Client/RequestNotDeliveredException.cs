namespace AgentRuntime.Mcp.Client;

/// <summary>The request did not reach the server whole, so it cannot have been carried out. Holds no content.</summary>
internal sealed class RequestNotDeliveredException() : Exception("The request could not be delivered.");

/// <summary>A request was about to leave without what it needs, or for a place that the manifest does not name. Holds no content; safe to show.</summary>
internal sealed class RequestRefusedException(string message) : Exception(message);

/// <summary>An answer was larger than allowed. Not an <see cref="IOException"/>, which the SDK would take for a network error and retry.</summary>
internal sealed class AnswerTooLargeException() : Exception("The answer is larger than allowed.");
