using System.Net.Http.Headers;
using System.Text;
using AgentRuntime.Credentials;
using AgentRuntime.Mcp.Processes;

namespace AgentRuntime.Mcp.Client;

/// <summary>Puts the parts of a credential where its manifest says. The only code of this project that reveals a value.</summary>
/// <remarks>
/// A composed text exists as a managed string from here until the request is written or the process has started: the HTTP and process APIs
/// take strings only. It is never kept in a field of ours. Messages name places, never values.
/// </remarks>
internal static class CredentialAttacher
{
    /// <summary>Adds the credential's headers and query parameters to a request.</summary>
    /// <exception cref="RequestRefusedException">A value cannot be sent there.</exception>
    /// <exception cref="ObjectDisposedException">The lease has ended.</exception>
    public static void Attach(HttpRequestMessage request, Lease lease)
    {
        foreach (var attachment in lease.Spec.Attachments)
        {
            switch (attachment.Place)
            {
                case AttachmentPlace.Header:
                    AddHeader(request.Headers, attachment.Name, Compose(attachment.Template, lease), lease);
                    break;
                case AttachmentPlace.BasicHeader:
                    var pair = Encoding.UTF8.GetBytes(Compose(attachment.Template, lease));
                    AddHeader(request.Headers, "Authorization", $"Basic {Convert.ToBase64String(pair)}", lease);
                    System.Security.Cryptography.CryptographicOperations.ZeroMemory(pair);
                    break;
                case AttachmentPlace.Query:
                    request.RequestUri = WithQuery(request.RequestUri!, attachment.Name, Compose(attachment.Template, lease));
                    break;
                default:
                    throw new RequestRefusedException($"The credential {lease.Reference} is attached to a process ({attachment.Place}), but this server is reached over HTTP. Correct the manifest.");
            }
        }
    }

    /// <summary>Takes the headers and the query parameters off again, so that they do not live as long as the answer.</summary>
    public static void Detach(HttpRequestMessage request, CredentialSpec spec, Uri original)
    {
        request.RequestUri = original;
        foreach (var attachment in spec.Attachments)
        {
            var name = attachment.Place switch
            {
                AttachmentPlace.Header => attachment.Name,
                AttachmentPlace.BasicHeader => "Authorization",
                _ => null,
            };
            if (name is not null)
            {
                request.Headers.Remove(name);
            }
        }
    }

    /// <summary>Adds the credential's variables and arguments to a process that is about to start.</summary>
    /// <exception cref="RequestRefusedException">A value cannot be passed there.</exception>
    /// <exception cref="ObjectDisposedException">The lease has ended.</exception>
    public static void Attach(IDictionary<string, string?> environment, ICollection<string> arguments, Lease lease)
    {
        foreach (var attachment in lease.Spec.Attachments)
        {
            switch (attachment.Place)
            {
                case AttachmentPlace.Environment:
                    if (!ChildEnvironment.TryAdd(environment, attachment.Name, Compose(attachment.Template, lease)))
                    {
                        throw new RequestRefusedException($"The credential {lease.Reference} cannot be passed in the variable {attachment.Name}: the name is not allowed, or the value holds a NUL character.");
                    }

                    break;
                case AttachmentPlace.Argument:
                    var argument = Compose(attachment.Template, lease);
                    if (argument.Contains('\0', StringComparison.Ordinal))
                    {
                        throw new RequestRefusedException($"The credential {lease.Reference} cannot be passed as an argument: the value holds a NUL character.");
                    }

                    arguments.Add(argument);
                    break;
                default:
                    throw new RequestRefusedException($"The credential {lease.Reference} is attached to a request ({attachment.Place}), but this server is a process. Correct the manifest.");
            }
        }
    }

    private static void AddHeader(HttpRequestHeaders headers, string name, string value, Lease lease)
    {
        headers.Remove(name);
        var sendable = !value.AsSpan().ContainsAnyExceptInRange(' ', '~') && headers.TryAddWithoutValidation(name, value);
        if (!sendable)
        {
            throw new RequestRefusedException($"The credential {lease.Reference} cannot be sent in the header {name}: the value holds a line break or another character that a header cannot carry.");
        }
    }

    private static Uri WithQuery(Uri uri, string name, string value)
    {
        var parameter = $"{Uri.EscapeDataString(name)}={Uri.EscapeDataString(value)}";
        var builder = new UriBuilder(uri);
        builder.Query = builder.Query.Length > 1 ? $"{builder.Query[1..]}&{parameter}" : parameter;
        return builder.Uri;
    }

    /// <summary>Replaces each <c>{field}</c>. Braces inside a value are not looked at again.</summary>
    private static string Compose(string template, Lease lease)
    {
        var composed = new StringBuilder();
        var rest = template.AsSpan();
        while (!rest.IsEmpty)
        {
            var open = rest.IndexOf('{');
            var close = open < 0 ? -1 : rest[open..].IndexOf('}');
            if (close < 0)
            {
                break;
            }

            composed.Append(rest[..open]);
            var field = lease.Field(rest.Slice(open + 1, close - 1).ToString());
#pragma warning disable RS0030 // A transport line: a header, a query, a variable and an argument are strings in the APIs that send them.
            composed.Append(field.RevealString());
#pragma warning restore RS0030
            rest = rest[(open + close + 1)..];
        }

        var text = composed.Append(rest).ToString();

        // The builder's own copy does not wait for the garbage collector.
        for (var i = 0; i < composed.Length; i++)
        {
            composed[i] = '\0';
        }

        return text;
    }
}
