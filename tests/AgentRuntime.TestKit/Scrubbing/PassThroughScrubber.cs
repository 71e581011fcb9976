using System.Buffers;
using System.Text.Json;
using AgentRuntime.Scrubbing;
using AgentRuntime.Secrets;

namespace AgentRuntime.TestKit.Scrubbing;

/// <summary>A scrubber that scrubs nothing. With it a test of leaks proves that it would have seen them.</summary>
public sealed class PassThroughScrubber : IScrubber, ISecretRegistry
{
    /// <inheritdoc/>
    public void Register(SecretMaterial material)
    {
    }

    /// <inheritdoc/>
    public string Scrub(string text) => text;

    /// <inheritdoc/>
    public ScrubbedText Scrub(UntrustedText text) => new(text.Text ?? string.Empty);

    /// <inheritdoc/>
    public ScrubbedJson Scrub(JsonElement json) => new(json);

    /// <inheritdoc/>
    public ScrubbedJson Scrub(UntrustedJson json) => new(json.Element);

    /// <inheritdoc/>
    public bool HoldsSecret(string text) => false;

    /// <inheritdoc/>
    public IStreamScrubber OpenStream() => new Copy();

    private sealed class Copy : IStreamScrubber
    {
        public void Write(ReadOnlySpan<byte> chunk, IBufferWriter<byte> output) => output.Write(chunk);

        public void Complete(IBufferWriter<byte> output)
        {
        }
    }
}
