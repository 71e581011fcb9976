using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AgentRuntime.Credentials;
using AgentRuntime.Names;
using AgentRuntime.Scrubbing;
using AgentRuntime.Tools;
using AgentRuntime.Workflows;

namespace AgentRuntime.Runs;

/// <summary>What every step of one run shares.</summary>
internal sealed record RunContext
{
    public required RunId Run { get; init; }

    public required WorkflowDefinition Workflow { get; init; }

    public required string Principal { get; init; }

    public required IReadOnlyDictionary<ServerName, ServerManifest> Servers { get; init; }

    public required CredentialBroker Broker { get; init; }

    public required IToolCaller Tools { get; init; }

    public required IScrubber Scrubber { get; init; }

    public required RunRecorder Recorder { get; init; }

    public required RunEngineOptions Options { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>Bounds how many attempts act at once.</summary>
    public required SemaphoreSlim Slots { get; init; }

    /// <summary>An error whose message may quote what tools or templates said.</summary>
    public RunError Error(string code, string message, string? pointer = null) =>
        new(code, Scrubber.Scrub(new UntrustedText(message))) { Pointer = pointer };

    /// <summary>The input as an event keeps it: whole, or a marker with size and hash, never cut.</summary>
    public ScrubbedJson ForEvent(ScrubbedJson input)
    {
        var text = input.Element.ValueKind == JsonValueKind.Undefined ? "null" : input.Element.GetRawText();
        if (text.Length <= Options.MaxEventInputBytes)
        {
            return input;
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        var marker = new { omitted = new { bytes = bytes.Length, sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)) } };
        return new ScrubbedJson(JsonSerializer.SerializeToElement(marker));
    }
}
