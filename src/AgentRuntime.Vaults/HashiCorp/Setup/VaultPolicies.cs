using System.Text;
using AgentRuntime.Names;
using AgentRuntime.Vaults.HashiCorp.Client;
using AgentRuntime.Vaults.HashiCorp.Client.Api;

namespace AgentRuntime.Vaults.HashiCorp.Setup;

/// <summary>The texts of the policies. Everything in them is a checked path without a wildcard.</summary>
internal static class VaultPolicies
{
    /// <summary>What one step may do: read one credential.</summary>
    public static string Step(VaultSetupOptions options, CredentialName credential)
    {
        var names = options.Names;
        var text = new StringBuilder($"# AgentRuntime: one step reads {credential}\n");
        if (options.DatabaseRoles.TryGetValue(credential, out var role))
        {
            return Path(text, role, "read").ToString();
        }

        Path(text, names.DataPath(credential), "read");
        if (names.Versioned)
        {
            // Versions, times and the names of the fields, for 'agentruntime credentials list'; no value.
            Path(text, KvV2.MetadataPath(names.Mount, names.Secret(credential)), "read");
            Path(text, KvV2.SubkeysPath(names.Mount, names.Secret(credential)), "read");
        }

        if (options.Transit is { } transit)
        {
            Path(text, Transit.DecryptPath(transit.Mount, transit.Key), "update");
        }

        return text.ToString();
    }

    /// <summary>What the runtime itself may do: mint step tokens through the one role, revoke them by accessor, keep its own token, and read back how wide it is.</summary>
    public static string Runtime(VaultSetupOptions options)
    {
        var text = new StringBuilder("# AgentRuntime: the runtime mints and revokes step tokens; it reads no credential itself\n");
        Path(text, Tokens.CreatePath(options.TokenRole), "update");
        Path(text, Tokens.RevokeAccessorPath, "update");
        Path(text, Tokens.LookupSelfPath, "read");
        Path(text, Tokens.RenewSelfPath, "update");
        Path(text, Tokens.RevokeSelfPath, "update");
        Path(text, Sys.CapabilitiesSelfPath, "update");
        Path(text, Tokens.RolePath(options.TokenRole), "read");
        Path(text, Sys.PolicyPath(options.RuntimePolicy), "read");
        foreach (var policy in options.Credentials.Select(options.Names.Policy).Order(StringComparer.Ordinal))
        {
            Path(text, Sys.PolicyPath(policy), "read");
        }

        return text.ToString();
    }

    private static StringBuilder Path(StringBuilder text, VaultPath path, string capability) =>
        text.Append("path \"").Append(path).Append("\" {\n  capabilities = [\"").Append(capability).Append("\"]\n}\n");
}
