using System.Text.Json;

namespace AgentRuntime.Scrubbing;

/// <summary>
/// Redacts every registered value in all its encoded forms, and whatever has the shape of a credential, from everything that leaves the runtime.
/// </summary>
/// <remarks>
/// Thread-safe. Clean input comes back as the same reference. Idempotent: scrubbing twice changes nothing more.
/// Redactions read <c>[redacted:crm/read#v3]</c> for known values and <c>[redacted:shape:KIND:FINGERPRINT]</c> for shapes.
/// </remarks>
public interface IScrubber
{
    /// <summary>Scrubs a text.</summary>
    string Scrub(string text);

    /// <summary>Scrubs a text that came from outside.</summary>
    ScrubbedText Scrub(UntrustedText text);

    /// <summary>Scrubs every string and every member name of a JSON value; also finds a value that is split over neighbouring strings.</summary>
    ScrubbedJson Scrub(JsonElement json);

    /// <summary>Scrubs JSON that came from outside.</summary>
    ScrubbedJson Scrub(UntrustedJson json);

    /// <summary>Whether the text holds a known value or a credential shape.</summary>
    bool HoldsSecret(string text);

    /// <summary>A scrubber for one logical stream of UTF-8 bytes; carries matches over the borders of chunks.</summary>
    IStreamScrubber OpenStream();
}

/// <summary>Scrubs one logical stream. Not thread-safe.</summary>
public interface IStreamScrubber
{
    /// <summary>Takes a chunk and writes what is already known to be clean or redacted.</summary>
    void Write(ReadOnlySpan<byte> chunk, System.Buffers.IBufferWriter<byte> output);

    /// <summary>Ends the stream and writes what was held back.</summary>
    void Complete(System.Buffers.IBufferWriter<byte> output);
}
