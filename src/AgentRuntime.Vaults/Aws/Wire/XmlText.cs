using System.Text;

namespace AgentRuntime.Vaults.Aws.Wire;

/// <summary>Finds one element without children in the small, fixed XML answers of STS, without copying what is around it.</summary>
internal static class XmlText
{
    /// <summary>The bytes between the first <c>&lt;name&gt;</c> and its end; empty when there is none.</summary>
    public static ReadOnlySpan<byte> Bytes(ReadOnlySpan<byte> xml, ReadOnlySpan<byte> name)
    {
        Span<byte> tag = stackalloc byte[name.Length + 3];
        tag[0] = (byte)'<';
        name.CopyTo(tag[1..]);
        tag[^2] = (byte)'>';
        var start = xml.IndexOf(tag[..^1]);
        if (start < 0)
        {
            return [];
        }

        var content = xml[(start + name.Length + 2)..];
        tag[1] = (byte)'/';
        name.CopyTo(tag[2..]);
        tag[^1] = (byte)'>';
        var end = content.IndexOf(tag);
        return end < 0 ? [] : content[..end].Trim(" \t\r\n"u8);
    }

    /// <summary>The element as text, or <c>null</c>; for elements that hold no secret.</summary>
    public static string? Element(ReadOnlySpan<byte> xml, ReadOnlySpan<byte> name) => Bytes(xml, name) is { Length: > 0 } bytes ? Encoding.UTF8.GetString(bytes) : null;
}
