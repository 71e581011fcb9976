using System.Globalization;
using System.Text;
using AgentRuntime.Credentials;
using AgentRuntime.Names;
using AgentRuntime.Secrets;

namespace AgentRuntime.Mcp.Client;

/// <summary>What a session may be shared by: the same server reached in the same way, with the same version of the same credential attached in the same way.</summary>
/// <param name="Server">The server.</param>
/// <param name="Shape">The transport and the attachments, as text; holds no secret.</param>
/// <param name="Credential">The credential's version, or <c>null</c> without a credential.</param>
internal sealed record SessionKey(ServerName Server, string Shape, SecretRef? Credential)
{
    public static SessionKey For(ServerManifest server, Lease? lease)
    {
        var shape = new StringBuilder();
        switch (server.Transport)
        {
            case ServerTransport.Http http:
                Add(shape, http.Url.AbsoluteUri);
                break;
            case ServerTransport.Stdio stdio:
                Add(shape, stdio.Command);
                Add(shape, stdio.WorkingDirectory);
                foreach (var argument in stdio.Arguments)
                {
                    Add(shape, argument);
                }

                foreach (var (name, value) in stdio.Environment.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    Add(shape, name);
                    Add(shape, value);
                }

                break;
            default:
                throw new ArgumentException("The transport is of an unknown kind.", nameof(server));
        }

        foreach (var attachment in lease?.Spec.Attachments ?? [])
        {
            Add(shape, attachment.Place.ToString());
            Add(shape, attachment.Name);
            Add(shape, attachment.Template);
        }

        return new SessionKey(server.Name, shape.ToString(), lease?.Reference);
    }

    /// <summary>Whether <paramref name="other"/> differs in nothing but the credential's version.</summary>
    public bool IsOtherVersionOf(SessionKey other) =>
        Credential is { } mine && other.Credential is { } its && mine != its && mine.Credential == its.Credential && Server == other.Server && Shape == other.Shape;

    /// <inheritdoc/>
    public override string ToString() => Credential is { } credential ? $"{Server} with {credential}" : $"{Server} without a credential";

    // Each part carries its length, so that no two lists of parts give the same text.
    private static void Add(StringBuilder shape, string part) => shape.Append(CultureInfo.InvariantCulture, $"{part.Length}:{part};");
}
