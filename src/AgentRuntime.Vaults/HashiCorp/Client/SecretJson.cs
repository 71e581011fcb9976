using System.Buffers.Text;
using System.Text.Unicode;
using AgentRuntime.Secrets;

namespace AgentRuntime.Vaults.HashiCorp.Client;

/// <summary>Writes secret values into the body of a request, without a managed copy in between.</summary>
internal static class SecretJson
{
    /// <summary>Whether the value is text, so that a JSON string can hold it as it is.</summary>
    public static bool IsText(SecretValue value) => Utf8.IsValid(Open(value));

    /// <summary>Writes a JSON string with the text.</summary>
    public static void WriteText(PinnedBuffer output, SecretValue value)
    {
        output.Add("\""u8);
        foreach (var one in Open(value))
        {
            switch (one)
            {
                case (byte)'"' or (byte)'\\':
                    output.Add([(byte)'\\', one]);
                    break;
                case < 0x20:
                    output.Add([(byte)'\\', (byte)'u', (byte)'0', (byte)'0', Hex(one >> 4), Hex(one & 15)]);
                    break;
                default:
                    output.Add([one]);
                    break;
            }
        }

        output.Add("\""u8);
    }

    /// <summary>Writes a JSON string with the base64 of <paramref name="before"/> and the bytes.</summary>
    public static void WriteBase64(PinnedBuffer output, SecretValue value, ReadOnlySpan<byte> before = default)
    {
        using var plain = new PinnedBuffer(before.Length + value.Length + 1);
        plain.Add(before);
        plain.Add(Open(value));
        output.Add("\""u8);
        var target = output.GetSpan(Base64.GetMaxEncodedToUtf8Length(plain.Length) + 1);
        Base64.EncodeToUtf8(plain.Written.Span, target, out _, out var written);
        output.Advance(written);
        output.Add("\""u8);
    }

    private static byte Hex(int digit) => (byte)"0123456789abcdef"[digit];

    private static ReadOnlySpan<byte> Open(SecretValue value)
    {
#pragma warning disable RS0030 // The body of a request to the vault: the bytes go into a pinned buffer that is zeroed once it is sent.
        return value.RevealBytes();
#pragma warning restore RS0030
    }
}
