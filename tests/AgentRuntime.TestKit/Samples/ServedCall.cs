using System.Text.Json.Nodes;

namespace AgentRuntime.TestKit.Samples;

/// <summary>A call that a sample server let through.</summary>
/// <param name="Tool">The tool.</param>
/// <param name="Scope">The scope of the key that came with it; it may be greater than the tool needs.</param>
/// <param name="KeyFingerprint">Which key; see <see cref="SampleServer.Fingerprint"/>.</param>
/// <param name="Meta">The request's <c>_meta</c>.</param>
public sealed record ServedCall(string Tool, string Scope, string KeyFingerprint, JsonObject Meta);
