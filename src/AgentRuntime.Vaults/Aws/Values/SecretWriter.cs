using System.Text.Unicode;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.Aws.Wire;

namespace AgentRuntime.Vaults.Aws.Values;

/// <summary>Turns fields into what is stored, so that <see cref="SecretReader"/> gives the same fields back and other programs can read it too.</summary>
/// <remarks>
/// <list type="bullet">
/// <item>one field <c>value</c> with printable text that does not begin like a JSON object: the text itself;</item>
/// <item>one field <c>value</c> that is not text: the bytes, as <c>SecretBinary</c>;</item>
/// <item>everything else: a JSON object, whose members are texts, or <c>{"$base64": "..."}</c> for bytes that are not text.</item>
/// </list>
/// </remarks>
internal static class SecretWriter
{
    /// <summary>The member that marks bytes.</summary>
    public const string BytesMark = "$base64";

    /// <summary>The content, or what is wrong with the fields.</summary>
    public static (SecretContent? Content, string? Problem) Write(IReadOnlyDictionary<string, SecretValue> fields)
    {
        if (fields.Count == 0 || fields.Values.All(value => value.Length == 0))
        {
            return (null, "all fields are empty");
        }

        // Before anything is copied.
        if (fields.Values.Sum(value => (long)value.Length) > SecretContent.Largest)
        {
            return (null, TooLarge);
        }

        var content = fields.Count == 1 && fields.TryGetValue(SecretMaterial.ValueField, out var single) ? One(single) : Object(fields);
        if (content.Bytes.Length <= SecretContent.Largest)
        {
            return (content, null);
        }

        content.Dispose();
        return (null, TooLarge);
    }

    private static string TooLarge => "it is too large: AWS Secrets Manager keeps at most 64 KiB (65536 bytes) for one version of all fields together, as JSON when there are several, and bytes that are not text take a third more";

    private static SecretContent One(SecretValue value)
    {
        var bytes = Bytes(value);
        if (!Utf8.IsValid(bytes))
        {
            var binary = new PinnedBuffer(bytes.Length);
            binary.Append(bytes);
            return new SecretContent(IsBinary: true, binary);
        }

        if (!IsPlain(bytes))
        {
            return Object([new(SecretMaterial.ValueField, value)]);
        }

        var text = new PinnedBuffer(bytes.Length);
        text.Append(bytes);
        return new SecretContent(IsBinary: false, text);
    }

    // What begins like an object would be taken for one when it is read; control characters do not survive every tool.
    private static bool IsPlain(ReadOnlySpan<byte> text) =>
        text.Length > 0
        && !text.TrimStart(" \t\r\n"u8).StartsWith("{"u8)
        && !text.ContainsAnyInRange((byte)0, (byte)8)
        && !text.ContainsAnyInRange((byte)11, (byte)12)
        && !text.ContainsAnyInRange((byte)14, (byte)31)
        && !text.Contains((byte)0x7f);

    private static SecretContent Object(IEnumerable<KeyValuePair<string, SecretValue>> fields)
    {
        var json = new JsonBody(1024);
        foreach (var (name, value) in fields.OrderBy(field => field.Key, StringComparer.Ordinal))
        {
            var bytes = Bytes(value);
            if (Utf8.IsValid(bytes))
            {
                json.Secret(name, bytes);
            }
            else
            {
                using var mark = new JsonBody(bytes.Length);
                json.Raw(name, mark.Base64(BytesMark, bytes).Finish().Written);
            }
        }

        return new SecretContent(IsBinary: false, json.Finish());
    }

    private static ReadOnlySpan<byte> Bytes(SecretValue value)
    {
#pragma warning disable RS0030 // A new version is sent to the store, which is what it is for.
        return value.RevealBytes();
#pragma warning restore RS0030
    }
}
