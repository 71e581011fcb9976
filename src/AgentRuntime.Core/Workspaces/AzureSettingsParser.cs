using System.Text.RegularExpressions;
using AgentRuntime.Json;
using AgentRuntime.Workflows;

namespace AgentRuntime.Workspaces;

/// <summary>Reads the section <c>secrets.azure</c>.</summary>
internal static partial class AzureSettingsParser
{
    private const int MaxTimeout = 300;

    private static readonly string[] Identities = ["managed_identity", "workload_identity", "client_certificate"];

    // A vault's suffix says which cloud it belongs to, and so who gives the tokens.
    private static readonly (string Suffix, string Authority)[] Clouds =
    [
        (".vault.azure.cn", "https://login.chinacloudapi.cn/"),
        (".vault.usgovcloudapi.net", "https://login.microsoftonline.us/"),
    ];

    /// <summary>The settings, or <c>null</c> when something is wrong with them, which is reported.</summary>
    /// <param name="reader">The section.</param>
    /// <param name="root">The workspace's folder, absolute.</param>
    public static AzureSecretSettings? Read(ObjectReader reader, string root)
    {
        var vault = ReadVault(reader);
        var auth = reader.RequiredObject("auth") is { } section ? ReadAuth(section, root) : null;
        var authority = ReadAuthority(reader);
        var prefix = ReadPrefix(reader);
        var roots = reader.OptionalValue("ca_file") is null ? null : WorkspacePaths.Anywhere(reader, "ca_file", root);
        var timeout = reader.OptionalNumber("timeout_s", 1, MaxTimeout);
        reader.Done();
        if (vault is null || auth is null)
        {
            return null;
        }

        var settings = new AzureSecretSettings(vault, auth, authority ?? AuthorityOf(vault)) { CaFile = roots };
        settings = prefix is null ? settings : settings with { Prefix = prefix };
        return timeout is { } seconds ? settings with { Timeout = TimeSpan.FromSeconds(seconds) } : settings;
    }

    private static Uri AuthorityOf(Uri vault) =>
        new(Array.Find(Clouds, cloud => vault.Host.EndsWith(cloud.Suffix, StringComparison.OrdinalIgnoreCase)).Authority ?? "https://login.microsoftonline.com/");

    private static Uri? ReadVault(ObjectReader reader)
    {
        if (reader.RequiredString("vault_url") is not { } text || Https(reader, "vault_url", text) is not { } url)
        {
            return null;
        }

        if (VaultUrl().IsMatch(text))
        {
            return url;
        }

        reader.Report("vault_url", ProblemCodes.BadUrl, "'vault_url' is not the address of a Key Vault.", "Write the address of the vault alone, such as https://NAME.vault.azure.net, without a path.");
        return null;
    }

    private static Uri? ReadAuthority(ObjectReader reader)
    {
        if (reader.OptionalString("authority_host") is not { } text || Https(reader, "authority_host", text) is not { } url)
        {
            return null;
        }

        if (Origin().IsMatch(text))
        {
            return url;
        }

        reader.Report("authority_host", ProblemCodes.BadUrl, "'authority_host' has a path or a query.", "Write the host alone, such as https://login.microsoftonline.com.");
        return null;
    }

    // Tokens and values go to both addresses, so that not even loopback is spoken to in plain.
    private static Uri? Https(ObjectReader reader, string name, string text)
    {
        if (!UrlRules.Check(reader, name, text, httpAnywhere: true, out var url))
        {
            return null;
        }

        if (url.Scheme == "https")
        {
            return url;
        }

        reader.Report(name, ProblemCodes.InsecureUrl, $"'{name}' is plain http.", "Use https; there is no exception for this store.");
        return null;
    }

    private static string? ReadPrefix(ObjectReader reader)
    {
        if (reader.OptionalString("prefix") is not { } prefix || Prefix().IsMatch(prefix))
        {
            return reader.OptionalString("prefix");
        }

        reader.Report("prefix", ProblemCodes.BadName, "'prefix' is not made of what a Key Vault name may hold.", "Use up to 40 of a-z, 0-9 and '-'. Key Vault does not tell upper case from lower case, so there is no upper case.");
        return null;
    }

    private static AzureIdentitySettings? ReadAuth(ObjectReader reader, string root)
    {
        var type = reader.RequiredString("type");
        var known = type is not null && Identities.Contains(type, StringComparer.Ordinal);
        if (type == "client_secret")
        {
            reader.Report("type", ProblemCodes.UnknownValue, "A client secret is refused: it would have to be kept somewhere.", "Use managed_identity, workload_identity or client_certificate.");
        }
        else if (type is not null && !known)
        {
            reader.ReportUnknownWord("type", type, Identities);
        }

        if (!known)
        {
            Array.ForEach(["client_id", "tenant_id", "token_file", "certificate_file"], reader.Ignore);
            reader.Done();
            return null;
        }

        var identity = type == "managed_identity" ? Managed(reader) : Application(reader, type!, root);
        reader.Done();
        return identity;
    }

    private static AzureIdentitySettings.ManagedIdentity? Managed(ObjectReader reader)
    {
        if (reader.OptionalValue("client_id") is null)
        {
            return new AzureIdentitySettings.ManagedIdentity(null);
        }

        return Id(reader, "client_id") is { } client ? new AzureIdentitySettings.ManagedIdentity(client) : null;
    }

    private static AzureIdentitySettings? Application(ObjectReader reader, string type, string root)
    {
        var (member, isToken) = type == "workload_identity" ? ("token_file", true) : ("certificate_file", false);
        var tenant = Id(reader, "tenant_id");
        var client = Id(reader, "client_id");
        var file = WorkspacePaths.Anywhere(reader, member, root);
        if (tenant is not { } tenantId || client is not { } clientId || file is null)
        {
            return null;
        }

        return isToken ? new AzureIdentitySettings.WorkloadIdentity(tenantId, clientId, file) : new AzureIdentitySettings.ClientCertificate(tenantId, clientId, file);
    }

    private static Guid? Id(ObjectReader reader, string name)
    {
        if (reader.RequiredString(name) is not { } text)
        {
            return null;
        }

        if (Guid.TryParseExact(text, "D", out var id))
        {
            return id;
        }

        reader.Report(name, ProblemCodes.BadName, $"'{name}' is not an id of Microsoft Entra.", "Write the id as in the portal: 32 hex digits in five groups, such as 11111111-2222-3333-4444-555555555555.");
        return null;
    }

    [GeneratedRegex(@"\Ahttps://[a-z0-9][a-z0-9-]{1,22}[a-z0-9]\.vault\.[a-z0-9.-]+(:[0-9]+)?/?\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex VaultUrl();

    [GeneratedRegex(@"\Ahttps://[^/?]+/?\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Origin();

    [GeneratedRegex(@"\A[a-z0-9-]{0,40}\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Prefix();
}
