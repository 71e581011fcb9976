using System.Security.Cryptography;
using System.Text.Json;
using AgentRuntime.Secrets;

namespace AgentRuntime.Integration.Tests.Leaks;

/// <summary>A random credential of some shape: the fields to store, and the parts of them that must be found nowhere.</summary>
/// <param name="Fields">The fields of the credential.</param>
/// <param name="Parts">The secret parts, each of at least 6 bytes.</param>
internal sealed record Canary(IReadOnlyDictionary<string, string> Fields, IReadOnlyList<string> Parts)
{
    private const string Alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    public static Canary Of(CanaryShape shape) => shape switch
    {
        CanaryShape.Token => One(Text(40)),
        CanaryShape.Short => One(Text(8)),
        CanaryShape.Symbols => One($"{Text(9)}\"'\\&<>%+/= {{}}{Text(9)}"),
        CanaryShape.Unicode => One($"{Text(8)}ü€é😀{Text(8)}ß"),
        CanaryShape.Key => Pem(),
        CanaryShape.Document => Document(),
        CanaryShape.Pair => Pair(),
        _ => throw new ArgumentOutOfRangeException(nameof(shape)),
    };

    /// <summary>A user's name and a password, as two fields.</summary>
    public static Canary Basic()
    {
        var password = Text(24);
        return new Canary(new Dictionary<string, string> { ["username"] = "billing-service", ["password"] = password }, [password]);
    }

    /// <summary>An id and a token, as two fields.</summary>
    public static Canary Custom()
    {
        var (id, token) = (Text(20), Text(32));
        return new Canary(new Dictionary<string, string> { ["id"] = id, ["token"] = token }, [id, token]);
    }

    private static string Text(int length) => RandomNumberGenerator.GetString(Alphanumeric, length);

    private static Canary One(string value) => new(new Dictionary<string, string> { [SecretMaterial.ValueField] = value }, [value]);

    // The armour is no secret; each line between is.
    private static Canary Pem()
    {
        string[] lines = [.. Enumerable.Range(0, 5).Select(_ => Convert.ToBase64String(RandomNumberGenerator.GetBytes(48)))];
        var armour = "PRIVATE " + "KEY-----\n";
        return One($"-----BEGIN {armour}{string.Join('\n', lines)}\n-----END {armour}") with { Parts = lines };
    }

    private static Canary Document()
    {
        var (token, key) = (Text(36), Text(48));
        return One(JsonSerializer.Serialize(new { type = "service_account", client_email = "app@example.test", token, nested = new { private_key = key } })) with { Parts = [token, key] };
    }

    private static Canary Pair()
    {
        var password = Text(20);
        return One($"billing:{password}") with { Parts = [password] };
    }
}

/// <summary>What a credential can look like.</summary>
public enum CanaryShape
{
    /// <summary>40 letters and digits.</summary>
    Token,

    /// <summary>8 letters and digits.</summary>
    Short,

    /// <summary>With characters that JSON, XML, URLs and shells write in another way.</summary>
    Symbols,

    /// <summary>With characters beyond ASCII and beyond the basic plane.</summary>
    Unicode,

    /// <summary>Several lines in armour.</summary>
    Key,

    /// <summary>A JSON document.</summary>
    Document,

    /// <summary><c>user:password</c>.</summary>
    Pair,
}
