namespace AgentRuntime.TestKit.Samples;

/// <summary>A request that a sample server refused for its key.</summary>
/// <param name="Status">401 or 403.</param>
/// <param name="Tool">The tool, when the request got as far as naming one.</param>
/// <param name="KeyFingerprint">Which key, when there was one.</param>
public sealed record RefusedRequest(int Status, string? Tool, string? KeyFingerprint);
