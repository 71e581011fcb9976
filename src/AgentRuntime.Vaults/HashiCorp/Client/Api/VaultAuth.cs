using AgentRuntime.Secrets;

namespace AgentRuntime.Vaults.HashiCorp.Client.Api;

/// <summary>The token that a login or a token role gave. Owns it.</summary>
internal sealed class VaultAuth : IDisposable
{
    private VaultAuth(SecretValue token) => Token = token;

    /// <summary>The token.</summary>
    public SecretValue Token { get; }

    /// <summary>Names the token; <c>null</c> for a batch token.</summary>
    public string? Accessor { get; private init; }

    /// <summary>Every policy it has, whoever gave it: those of the token and those of its identity.</summary>
    public IReadOnlySet<string> Policies { get; private init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>How long it lives; zero for ever.</summary>
    public TimeSpan Duration { get; private init; }

    /// <summary>Whether it can be renewed.</summary>
    public bool Renewable { get; private init; }

    /// <summary><c>service</c> or <c>batch</c>.</summary>
    public string Type { get; private init; } = string.Empty;

    /// <summary>How many requests it may make, when the server says.</summary>
    public long? Uses { get; private init; }

    /// <summary>Reads the member <c>auth</c> of an answer; <c>null</c> when there is no usable token in it.</summary>
    public static VaultAuth? Read(JsonSlice auth)
    {
        if (auth["client_token"].Secret() is not { } token)
        {
            return null;
        }

        if (token.Length == 0 || !IsHeaderSafe(auth["client_token"]))
        {
            token.Dispose();
            return null;
        }

        return new VaultAuth(token)
        {
            Accessor = auth["accessor"].Text() is { Length: > 0 } accessor ? accessor : null,
            Policies = new HashSet<string>([.. auth["policies"].Strings(), .. auth["token_policies"].Strings(), .. auth["identity_policies"].Strings()], StringComparer.Ordinal),
            Duration = TimeSpan.FromSeconds(auth["lease_duration"].Number() ?? 0),
            Renewable = auth["renewable"].Bool() ?? false,
            Type = auth["token_type"].Text() ?? string.Empty,
            Uses = auth["num_uses"].Number() is { } uses and > 0 ? uses : null,
        };
    }

    /// <inheritdoc/>
    public void Dispose() => Token.Dispose();

    /// <summary>Never the token.</summary>
    public override string ToString() => $"[vault token {Accessor}]";

    // A token with a line break in it would be another header.
    private static bool IsHeaderSafe(JsonSlice token) => token.Utf8.Span[1..^1].IndexOfAnyExceptInRange((byte)0x21, (byte)0x7e) < 0 && !token.Utf8.Span[1..^1].Contains((byte)'\\');
}
