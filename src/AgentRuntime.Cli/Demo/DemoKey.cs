using System.Buffers.Text;
using System.Security.Cryptography;
using AgentRuntime.Secrets;

namespace AgentRuntime.Cli.Demo;

/// <summary>A random key of a sample service. It lives in this process, in the service's process, and encrypted in the store; never in a file in plain.</summary>
internal sealed class DemoKey : IDisposable
{
    private const int RandomBytes = 24;

    private DemoKey(IReadOnlyDictionary<string, SecretValue> fields) => Fields = fields;

    /// <summary>The fields.</summary>
    public IReadOnlyDictionary<string, SecretValue> Fields { get; }

    /// <summary>A new key with these fields.</summary>
    public static DemoKey New(IReadOnlyList<string> fields) =>
        new(fields.ToDictionary(field => field, _ => NewValue(), StringComparer.Ordinal));

    /// <summary>A new random value of 32 characters.</summary>
    public static SecretValue NewValue()
    {
        Span<byte> random = stackalloc byte[RandomBytes];
        Span<byte> text = stackalloc byte[Base64Url.GetEncodedLength(RandomBytes)];
        RandomNumberGenerator.Fill(random);
        Base64Url.EncodeToUtf8(random, text);
        var value = SecretValue.Copy(text);
        CryptographicOperations.ZeroMemory(random);
        CryptographicOperations.ZeroMemory(text);
        return value;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var value in Fields.Values)
        {
            value.Dispose();
        }
    }
}
