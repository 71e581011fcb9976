using System.Text.Json;
using AgentRuntime.Scrubbing;
namespace AgentRuntime.Cli.Composition;
/// <summary>Stand-in.</summary>
internal static class ProcessScrubber
{
    public static IScrubber Create() => new Stub();
    private sealed class Stub : IScrubber
    {
        public string Scrub(string text) => text;
        public ScrubbedText Scrub(UntrustedText text) => default;
        public ScrubbedJson Scrub(JsonElement json) => json.Deserialize<ScrubbedJson>();
        public ScrubbedJson Scrub(UntrustedJson json) => default;
        public bool HoldsSecret(string text) => false;
        public IStreamScrubber OpenStream() => throw new NotSupportedException();
    }
}
