using System.Text;

namespace AgentRuntime.Vaults.Aws.Wire;

/// <summary>Writes one JSON object into pinned memory. Values never pass through a writer that keeps copies of its own.</summary>
/// <remarks>Bytes that are not escaped are written as they are, so text must be UTF-8.</remarks>
internal sealed class JsonBody : IDisposable
{
    private readonly PinnedBuffer _buffer;
    private bool _any;

    public JsonBody(int capacity = 256)
    {
        _buffer = new PinnedBuffer(capacity);
        _buffer.Append("{"u8);
    }

    /// <summary>The whole object; ends it.</summary>
    public PinnedBuffer Finish()
    {
        _buffer.Append("}"u8);
        return _buffer;
    }

    /// <summary>A member with a text.</summary>
    public JsonBody Text(string name, string? text)
    {
        if (text is not null)
        {
            Secret(name, Encoding.UTF8.GetBytes(text));
        }

        return this;
    }

    /// <summary>A member with a text given as UTF-8.</summary>
    public JsonBody Secret(string name, ReadOnlySpan<byte> utf8)
    {
        Name(name);
        Quoted(utf8);
        return this;
    }

    /// <summary>A member with bytes as base64.</summary>
    public JsonBody Base64(string name, ReadOnlySpan<byte> bytes)
    {
        Name(name);
        _buffer.Append("\""u8);
        AppendBase64(_buffer, bytes);
        _buffer.Append("\""u8);
        return this;
    }

    /// <summary>A member with JSON that is written already.</summary>
    public JsonBody Raw(string name, ReadOnlySpan<byte> json)
    {
        Name(name);
        _buffer.Append(json);
        return this;
    }

    /// <summary>A member with a list of texts.</summary>
    public JsonBody Texts(string name, params ReadOnlySpan<string> texts)
    {
        Name(name);
        var before = "["u8;
        foreach (var text in texts)
        {
            _buffer.Append(before);
            Quoted(Encoding.UTF8.GetBytes(text));
            before = ","u8;
        }

        _buffer.Append("]"u8);
        return this;
    }

    /// <summary>Zeroes what was written.</summary>
    public void Dispose() => _buffer.Dispose();

    /// <summary>Adds the base64 form of bytes.</summary>
    public static void AppendBase64(PinnedBuffer buffer, ReadOnlySpan<byte> bytes)
    {
        System.Buffers.Text.Base64.EncodeToUtf8(bytes, buffer.Reserve(System.Buffers.Text.Base64.GetMaxEncodedToUtf8Length(bytes.Length)).Span, out _, out var written);
        buffer.Advance(written);
    }

    private void Name(string name)
    {
        if (_any)
        {
            _buffer.Append(","u8);
        }

        _any = true;
        Quoted(Encoding.UTF8.GetBytes(name));
        _buffer.Append(":"u8);
    }

    private void Quoted(ReadOnlySpan<byte> utf8)
    {
        _buffer.Append("\""u8);
        foreach (var b in utf8)
        {
            if (b is (byte)'"' or (byte)'\\')
            {
                _buffer.Append([(byte)'\\', b]);
            }
            else if (b is < 0x20 or 0x7f)
            {
                _buffer.Append([(byte)'\\', (byte)'u', (byte)'0', (byte)'0', Hex(b >> 4), Hex(b & 0xf)]);
            }
            else
            {
                _buffer.Append([b]);
            }
        }

        _buffer.Append("\""u8);
    }

    private static byte Hex(int digit) => (byte)(digit < 10 ? '0' + digit : 'a' + digit - 10);
}
