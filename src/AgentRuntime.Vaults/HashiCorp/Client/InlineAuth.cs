using System.Buffers.Text;
using AgentRuntime.Secrets;

namespace AgentRuntime.Vaults.HashiCorp.Client;

/// <summary>A login that travels in the headers of the request it is for: OpenBao 2.4 and newer, <c>X-Vault-Inline-Auth-*</c>. The caller keeps the secret.</summary>
/// <param name="Path">The login, such as <c>auth/approle/login</c>.</param>
/// <param name="Parameters">What is not secret, such as the role.</param>
/// <param name="SecretName">The name of the secret parameter.</param>
/// <param name="Secret">The secret parameter.</param>
internal sealed record InlineAuth(VaultPath Path, IReadOnlyDictionary<string, string> Parameters, string SecretName, SecretValue Secret)
{
    /// <summary>The headers: each parameter is the unpadded base64url of <c>{"key":...,"value":...}</c>. Managed strings, because headers are.</summary>
    public IEnumerable<(string Name, string Value)> Headers()
    {
        yield return ("X-Vault-Inline-Auth-Path", Path.ToString());
        foreach (var (name, value) in Parameters)
        {
            yield return ($"X-Vault-Inline-Auth-Parameter-{name}", Encode(body => body.Json.WriteString("value", value), name));
        }

        yield return ($"X-Vault-Inline-Auth-Parameter-{SecretName}", Encode(body => body.Text("value", Secret), SecretName));
    }

    /// <summary>Never the secret.</summary>
    public override string ToString() => $"[inline login at {Path}]";

    private static string Encode(Action<VaultBody> value, string name)
    {
        using var json = VaultBody.Write(body =>
        {
            body.Json.WriteString("key", name);
            value(body);
        });
        return Base64Url.EncodeToString(json.Written.Span);
    }
}
