using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.HashiCorp.Calls;
using AgentRuntime.Vaults.HashiCorp.Client;

namespace AgentRuntime.Vaults.HashiCorp.Work;

/// <summary>How fields stand in the key/value engine, which keeps JSON: text as a string; bytes that are no text as base64, their fields listed in <c>_base64</c>.</summary>
/// <remarks>
/// A field's name begins with a letter or digit, so the list's name is never one. Of what other programs stored, true, false and whole numbers of at most 15
/// digits are read as text; larger numbers are not, because the engine changes them, nor is anything else.
/// </remarks>
internal static class SecretFields
{
    /// <summary>The member that lists the fields in base64.</summary>
    public const string Marker = "_base64";

    private const int MostDigits = 15;

    /// <summary>Writes the fields as members.</summary>
    public static void Write(VaultBody body, IReadOnlyDictionary<string, SecretValue> fields)
    {
        var binary = new List<string>();
        foreach (var (name, value) in fields.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
        {
            if (SecretJson.IsText(value))
            {
                body.Text(name, value);
            }
            else
            {
                body.Base64(name, value);
                binary.Add(name);
            }
        }

        if (binary.Count > 0)
        {
            body.Json.WriteString(Marker, string.Join(',', binary));
        }
    }

    /// <summary>The members that hold fields.</summary>
    public static IEnumerable<(string Name, JsonSlice Value)> Members(JsonSlice data) => data.Members().Where(static member => member.Name != Marker);

    /// <summary>Reads the fields; the caller disposes them.</summary>
    public static (Dictionary<string, SecretValue>? Fields, VaultFailure? Failure) Read(JsonSlice data, CredentialName credential)
    {
        var binary = (data[Marker].Text() ?? string.Empty).Split(',', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);
        var fields = new Dictionary<string, SecretValue>(StringComparer.Ordinal);
        foreach (var (name, slice) in Members(data))
        {
            if ((binary.Contains(name) ? Bytes(slice) : Text(slice)) is { } value)
            {
                if (!fields.TryAdd(name, value))
                {
                    value.Dispose();
                }

                continue;
            }

            End(fields);
            return (null, new VaultFailure(SecretFailureKind.Invalid, $"A field of {credential} in the vault {Problem(slice, binary.Contains(name))} (field {Printable(name)}). Store it as a string, for example with 'agentruntime credentials set {credential}'."));
        }

        return (fields, null);
    }

    /// <summary>Ends all values.</summary>
    public static void End(Dictionary<string, SecretValue> fields)
    {
        foreach (var value in fields.Values)
        {
            value.Dispose();
        }
    }

    /// <summary>A field's name as it may be printed; it comes from the vault.</summary>
    public static string Printable(string name) => Name.IsValid(name) ? $"'{name}'" : "with a name that is not printable";

    private static SecretValue? Text(JsonSlice slice) => slice.Kind switch
    {
        JsonTokenType.String => slice.Secret(),
        JsonTokenType.True or JsonTokenType.False => SecretValue.Copy(slice.Utf8.Span),
        JsonTokenType.Number when slice.Utf8.Span.TrimStart((byte)'-') is { Length: <= MostDigits } digits && digits.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0 => SecretValue.Copy(slice.Utf8.Span),
        _ => null,
    };

    private static SecretValue? Bytes(JsonSlice slice)
    {
        using var bytes = slice.SecretBase64();
        return bytes is null ? null : SecretValue.Copy(bytes.Written.Span);
    }

    private static string Problem(JsonSlice slice, bool binary) => slice.Kind switch
    {
        _ when binary => "is listed as base64 and is none",
        JsonTokenType.Number => "is a number that the vault may have changed",
        JsonTokenType.Null => "is null",
        _ => "is neither text nor a whole number",
    };
}
