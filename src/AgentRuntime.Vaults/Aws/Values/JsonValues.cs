using System.Buffers.Text;
using System.Text.Json;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.Aws.Wire;

namespace AgentRuntime.Vaults.Aws.Values;

/// <summary>Copies texts of a JSON document into pinned memory, never through a string.</summary>
internal static class JsonValues
{
    /// <summary>The text that the reader stands on, without escapes; <c>null</c> when it is not valid Unicode. The caller disposes it.</summary>
    public static PinnedBuffer? Text(ref Utf8JsonReader reader)
    {
        var text = new PinnedBuffer(Math.Max(1, reader.ValueSpan.Length));
        try
        {
            text.Advance(reader.CopyString(text.Reserve(reader.ValueSpan.Length).Span));
            return text;
        }
        catch (InvalidOperationException)
        {
            text.Dispose();
            return null;
        }
    }

    /// <summary>The text that the reader stands on as a value.</summary>
    public static SecretValue? Copy(ref Utf8JsonReader reader)
    {
        using var text = Text(ref reader);
        return text is null ? null : SecretValue.Copy(text.Written);
    }

    /// <summary>The bytes of the base64 that the reader stands on; <c>null</c> when it is none. The caller disposes it.</summary>
    public static PinnedBuffer? Decode(ref Utf8JsonReader reader)
    {
        using var text = Text(ref reader);
        if (text is null || !Base64.IsValid(text.Written, out var length))
        {
            return null;
        }

        var bytes = new PinnedBuffer(Math.Max(1, Base64.GetMaxDecodedFromUtf8Length(text.Length)));
        Base64.DecodeFromUtf8(text.Written, bytes.Reserve(length).Span, out _, out var written);
        bytes.Advance(written);
        return bytes;
    }
}
