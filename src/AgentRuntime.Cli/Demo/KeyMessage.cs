using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using AgentRuntime.Secrets;

namespace AgentRuntime.Cli.Demo;

/// <summary>The JSON in which a sample service learns its keys: on its standard input, and at <c>/admin/keys</c>. Disposal zeroes it.</summary>
internal sealed class KeyMessage : IDisposable
{
    private const int Room = 4096;
    private readonly byte[] _bytes = GC.AllocateArray<byte>(Room, pinned: true);
    private int _length;

    /// <summary>The message.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes.AsMemory(0, _length);

    /// <summary><c>{"admin": ..., "keys": {SCOPE: KEY}}</c> and a line break.</summary>
    public static KeyMessage ForStart(SecretValue admin, IReadOnlyDictionary<string, DemoKey> keys)
    {
        var message = new KeyMessage();
        message.Write(json =>
        {
            json.WriteStartObject();
            WriteValue(json, "admin", admin);
            json.WriteStartObject("keys");
            foreach (var (scope, key) in keys)
            {
                WriteKey(json, scope, key);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        });
        message._bytes[message._length++] = (byte)'\n';
        return message;
    }

    /// <summary><c>{"scope": ..., "key": ...}</c>.</summary>
    public static KeyMessage ForChange(string scope, DemoKey key)
    {
        var message = new KeyMessage();
        message.Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("scope", scope);
            WriteKey(json, "key", key);
            json.WriteEndObject();
        });
        return message;
    }

    /// <inheritdoc/>
    public void Dispose() => CryptographicOperations.ZeroMemory(_bytes);

    private static void WriteKey(Utf8JsonWriter json, string name, DemoKey key)
    {
        if (key.Fields.TryGetValue(SecretMaterial.ValueField, out var single))
        {
            WriteValue(json, name, single);
            return;
        }

        json.WriteStartObject(name);
        foreach (var (field, value) in key.Fields)
        {
            WriteValue(json, field, value);
        }

        json.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter json, string name, SecretValue value)
    {
#pragma warning disable RS0030 // The sample service must be told its own key; the bytes go to its pipe and are zeroed here.
        json.WriteString(name, value.RevealBytes());
#pragma warning restore RS0030
    }

    private void Write(Action<Utf8JsonWriter> content)
    {
        var buffer = new PinnedWriter(_bytes);
        using var json = new Utf8JsonWriter(buffer);
        content(json);
        json.Flush();
        _length = buffer.Written;
    }

    /// <summary>Writes into one array that never grows, so that no copy is left behind.</summary>
    private sealed class PinnedWriter(byte[] room) : IBufferWriter<byte>
    {
        public int Written { get; private set; }

        public void Advance(int count) => Written += count;

        public Memory<byte> GetMemory(int sizeHint = 0) => room.AsMemory(Written);

        public Span<byte> GetSpan(int sizeHint = 0) => room.AsSpan(Written);
    }
}
