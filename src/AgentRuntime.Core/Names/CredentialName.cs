using System.Diagnostics.CodeAnalysis;

namespace AgentRuntime.Names;

/// <summary>The name of a credential, <c>server/scope</c>. Safe to print; its place in a secret store is derived from it.</summary>
/// <param name="Server">The server part.</param>
/// <param name="Scope">The scope part.</param>
public readonly record struct CredentialName(ServerName Server, ScopeName Scope)
{
    /// <summary>Reads <c>server/scope</c>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out CredentialName name)
    {
        name = default;
        var slash = text?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        if (slash < 0 || !Name.IsValid(text![..slash]) || !Name.IsValid(text[(slash + 1)..]))
        {
            return false;
        }

        name = new CredentialName(new ServerName(text[..slash]), new ScopeName(text[(slash + 1)..]));
        return true;
    }

    /// <summary>Reads <c>server/scope</c>.</summary>
    /// <exception cref="FormatException">The text is not <c>server/scope</c>.</exception>
    public static CredentialName Parse(string text) =>
        TryParse(text, out var name) ? name : throw new FormatException("A credential is named server/scope, for example crm/read.");

    /// <inheritdoc/>
    public override string ToString() => $"{Server}/{Scope}";
}
