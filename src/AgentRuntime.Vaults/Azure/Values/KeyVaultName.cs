using System.Text;
using AgentRuntime.Names;

namespace AgentRuntime.Vaults.Azure.Values;

/// <summary>The names of credentials as names of secrets, and back.</summary>
/// <remarks>
/// A Key Vault name has 1 to 127 letters, digits and hyphens, and upper case is the same as lower case. So everything but a-z and 0-9 becomes a
/// hyphen and one more character: <c>/</c> is <c>--</c>, <c>-</c> is <c>-0</c>, <c>.</c> is <c>-1</c>, <c>_</c> is <c>-2</c>, and <c>A</c> to
/// <c>Z</c> are <c>-a</c> to <c>-z</c>. <c>crm/read</c> is <c>crm--read</c> after the prefix. Thread-safe.
/// </remarks>
/// <param name="prefix">What every name in the vault begins with.</param>
public sealed class KeyVaultName(string prefix)
{
    /// <summary>The greatest length of a name in the vault.</summary>
    public const int MaxLength = 127;

    /// <summary>The name in the vault; may be longer than <see cref="MaxLength"/>.</summary>
    public string Encode(CredentialName credential)
    {
        var text = new StringBuilder(prefix);
        foreach (var c in credential.ToString())
        {
            _ = c switch
            {
                >= 'a' and <= 'z' or >= '0' and <= '9' => text.Append(c),
                >= 'A' and <= 'Z' => text.Append('-').Append(char.ToLowerInvariant(c)),
                _ => text.Append('-').Append(c switch { '/' => '-', '-' => '0', '.' => '1', _ => '2' }),
            };
        }

        return text.ToString();
    }

    /// <summary>The credential that has this name in the vault, or <c>null</c> when it is the name of something else.</summary>
    public CredentialName? Decode(string name)
    {
        if (!name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var text = new StringBuilder();
        var lower = name[prefix.Length..].ToLowerInvariant();
        for (var i = 0; i < lower.Length; i++)
        {
            if (lower[i] != '-')
            {
                text.Append(lower[i]);
                continue;
            }

            if (++i == lower.Length || Unescape(lower[i]) is not { } c)
            {
                return null;
            }

            text.Append(c);
        }

        return CredentialName.TryParse(text.ToString(), out var credential) ? credential : null;
    }

    private static char? Unescape(char code) => code switch
    {
        '-' => '/',
        '0' => '-',
        '1' => '.',
        '2' => '_',
        >= 'a' and <= 'z' => char.ToUpperInvariant(code),
        _ => null,
    };
}
