using System.Globalization;
using System.Text;
using AgentRuntime.Names;
using AgentRuntime.Vaults.HashiCorp.Client;
using AgentRuntime.Vaults.HashiCorp.Client.Api;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Vaults.HashiCorp;

/// <summary>Where everything of a credential is in the vault, derived from its name alone. The store, the check and the set-up all use these.</summary>
/// <param name="Mount">The key/value engine.</param>
/// <param name="Versioned">Whether it is version 2.</param>
/// <param name="Prefix">The folder below it; may be empty.</param>
/// <param name="PolicyPrefix">What the names of step policies begin with.</param>
internal sealed record VaultNames(VaultPath Mount, bool Versioned, VaultPath Prefix, string PolicyPrefix)
{
    /// <summary>The names under these settings, whose paths were checked.</summary>
    public static VaultNames Of(VaultSecretSettings settings) => new(
        VaultPath.Parse(settings.Mount),
        settings.KvVersion == 2,
        settings.Prefix.Length == 0 ? default : VaultPath.Parse(settings.Prefix),
        settings.Tokens.PolicyPrefix);

    /// <summary>The secret, below the mount.</summary>
    public VaultPath Secret(CredentialName credential) => Prefix.Then(credential.Server.Value).Then(credential.Scope.Value);

    /// <summary>The path that a step reads.</summary>
    public VaultPath DataPath(CredentialName credential) => Versioned ? KvV2.DataPath(Mount, Secret(credential)) : Mount.Then(Secret(credential));

    /// <summary>The one policy that a step's token has.</summary>
    /// <remarks>
    /// A vault folds the case of policy names, and credential names keep it; so a small letter, a digit and <c>-</c> stand for themselves, everything else is
    /// <c>_</c> and two hex digits, and one <c>.</c> is between server and scope. Two credentials never share a policy.
    /// </remarks>
    public string Policy(CredentialName credential) => $"{PolicyPrefix}{Encode(credential.Server.Value)}.{Encode(credential.Scope.Value)}";

    /// <summary>The credential of a policy that <see cref="Policy"/> named, or <c>null</c> for any other policy.</summary>
    public CredentialName? CredentialOf(string policy) =>
        policy.StartsWith(PolicyPrefix, StringComparison.Ordinal) && policy[PolicyPrefix.Length..].Split('.') is [var server, var scope]
        && CredentialName.TryParse($"{Decode(server)}/{Decode(scope)}", out var name) && Policy(name) == policy
            ? name
            : null;

    private static string Encode(string name)
    {
        var encoded = new StringBuilder(name.Length);
        foreach (var c in name)
        {
            if (char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
            {
                encoded.Append(c);
            }
            else
            {
                encoded.Append('_').Append(((int)c).ToString("x2", CultureInfo.InvariantCulture));
            }
        }

        return encoded.ToString();
    }

    private static string Decode(string encoded)
    {
        var name = new StringBuilder(encoded.Length);
        for (var i = 0; i < encoded.Length; i++)
        {
            if (encoded[i] != '_')
            {
                name.Append(encoded[i]);
            }
            else if (i + 2 < encoded.Length && byte.TryParse(encoded.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            {
                name.Append((char)code);
                i += 2;
            }
            else
            {
                return string.Empty;
            }
        }

        return name.ToString();
    }
}
