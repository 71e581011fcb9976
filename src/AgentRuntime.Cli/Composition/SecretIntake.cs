using System.Security.Cryptography;
using System.Text.Json;
using AgentRuntime.Cli.Errors;
using AgentRuntime.Secrets;

namespace AgentRuntime.Cli.Composition;

/// <summary>Reads values from a stream into secrets. Every buffer is pinned and zeroed; nothing becomes a managed string.</summary>
internal static class SecretIntake
{
    private const int Largest = 1024 * 1024;

    /// <summary>The whole stream as one value; one line break at its end does not count.</summary>
    public static async Task<SecretValue> ReadValueAsync(Stream source, CancellationToken cancellationToken)
    {
        var (buffer, length) = await ReadAllAsync(source, cancellationToken);
        try
        {
            return SecretValue.Copy(WithoutLineBreak(buffer.AsSpan(0, length)));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
        }
    }

    /// <summary>The stream as a JSON object with exactly <paramref name="fields"/>, each a string.</summary>
    public static async Task<Dictionary<string, SecretValue>> ReadFieldsAsync(Stream source, IReadOnlyList<string> fields, CancellationToken cancellationToken)
    {
        var (buffer, length) = await ReadAllAsync(source, cancellationToken);
        try
        {
            return ParseFields(buffer.AsSpan(0, length), fields);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
        }
    }

    private static Dictionary<string, SecretValue> ParseFields(ReadOnlySpan<byte> json, IReadOnlyList<string> fields)
    {
        var values = new Dictionary<string, SecretValue>(StringComparer.Ordinal);
        try
        {
            var reader = new Utf8JsonReader(json);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw WrongShape(fields);
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString()!;
                if (!reader.Read() || reader.TokenType != JsonTokenType.String || !fields.Contains(name, StringComparer.Ordinal) || !values.TryAdd(name, Copy(ref reader)))
                {
                    throw WrongShape(fields);
                }
            }

            return values.Count == fields.Count && !reader.Read() ? values : throw WrongShape(fields);
        }
        catch (Exception exception)
        {
            foreach (var value in values.Values)
            {
                value.Dispose();
            }

            // The parser's message quotes what it read.
            throw exception is JsonException ? WrongShape(fields) : exception;
        }
    }

    private static SecretValue Copy(ref Utf8JsonReader reader)
    {
        var room = GC.AllocateArray<byte>(reader.ValueSpan.Length, pinned: true);
        try
        {
            return SecretValue.Copy(room.AsSpan(0, reader.CopyString(room)));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(room);
        }
    }

    private static async Task<(byte[] Buffer, int Length)> ReadAllAsync(Stream source, CancellationToken cancellationToken)
    {
        var buffer = GC.AllocateArray<byte>(Largest + 1, pinned: true);
        var length = 0;
        int read;
        while (length < buffer.Length && (read = await source.ReadAsync(buffer.AsMemory(length), cancellationToken)) > 0)
        {
            length += read;
        }

        if (length is > 0 and <= Largest)
        {
            return (buffer, length);
        }

        CryptographicOperations.ZeroMemory(buffer);
        throw length == 0
            ? new CliException(ExitCode.BadInput, "no_value", "No value was given: the input is empty.", "Pipe the value into the command, name a file with --file, or run it on a terminal to be asked.")
            : new CliException(ExitCode.BadInput, "value_too_long", "The value is larger than 1 MiB.");
    }

    private static ReadOnlySpan<byte> WithoutLineBreak(ReadOnlySpan<byte> value)
    {
        var trimmed = value.EndsWith("\r\n"u8) ? value[..^2] : value.EndsWith("\n"u8) ? value[..^1] : value;
        return trimmed.Length > 0 ? trimmed : throw new CliException(ExitCode.BadInput, "no_value", "The value is empty.");
    }

    private static CliException WrongShape(IReadOnlyList<string> fields) => new(
        ExitCode.BadInput,
        "bad_fields",
        $"This credential has several fields, so the input must be one JSON object with exactly these members, each a string: {string.Join(", ", fields)}.",
        "Or set one field at a time with --field NAME.");
}
