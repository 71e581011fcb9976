using AgentRuntime.Json;
using AgentRuntime.Names;
using AgentRuntime.Workflows;

namespace AgentRuntime.Workspaces;

/// <summary>Reads the section <c>secrets.vault</c>.</summary>
internal static class VaultSettingsParser
{
    private static readonly Dictionary<string, VaultTokenMode> Modes = new(StringComparer.Ordinal)
    {
        ["step"] = VaultTokenMode.Step,
        ["batch"] = VaultTokenMode.Batch,
        ["inline"] = VaultTokenMode.Inline,
    };

    /// <summary>The settings, or <c>null</c> when something is wrong with them, which is reported.</summary>
    /// <param name="reader">The section.</param>
    /// <param name="root">The workspace's folder, absolute.</param>
    public static VaultSecretSettings? Read(ObjectReader reader, string root)
    {
        var plain = reader.OptionalBool("allow_plain_http") ?? false;
        var address = Address(reader, plain);
        var place = reader.OptionalString("namespace") is { } name && VaultPaths.Check(reader, "namespace", name) ? name : null;
        var roots = reader.OptionalValue("ca_file") is null ? null : WorkspacePaths.Anywhere(reader, "ca_file", root);
        var mount = VaultPaths.Optional(reader, "mount");
        var version = reader.OptionalInt("kv_version", 1, 2);
        var prefix = reader.OptionalString("prefix") is { Length: 0 } ? string.Empty : VaultPaths.Optional(reader, "prefix");
        var auth = reader.RequiredObject("auth") is { } login ? VaultAuthParser.Read(login, root) : null;
        var tokens = Tokens(reader.OptionalObject("tokens"));
        var transit = Transit(reader.OptionalObject("transit"));
        var database = Database(reader.OptionalObject("database"));
        var timeout = reader.OptionalNumber("timeout_s", 0.1, 300);
        reader.Done();
        if (database.Count > 0 && tokens.Mode != VaultTokenMode.Step)
        {
            reader.Report("database", ProblemCodes.OutOfRange, "Credentials of the database engine end with the token that they were made with, and only tokens of mode \"step\" can be ended.", "Set tokens.mode to \"step\".");
        }

        if (tokens.Mode == VaultTokenMode.Inline && auth is VaultAuthSettings.Certificate or VaultAuthSettings.AgentToken or VaultAuthSettings.AppRole { Wrapped: true })
        {
            reader.Report("tokens", ProblemCodes.OutOfRange, "This login cannot travel with each read.", "With mode \"inline\" use approle with secret_id_file, kubernetes or jwt.");
        }

        if (address is null || auth is null)
        {
            return null;
        }

        var standard = new VaultSecretSettings(address, auth);
        return standard with
        {
            AllowPlainHttp = plain,
            Namespace = place,
            CaFile = roots,
            Mount = mount ?? standard.Mount,
            KvVersion = version ?? standard.KvVersion,
            Prefix = prefix ?? standard.Prefix,
            Tokens = tokens,
            Transit = transit,
            Database = database,
            Timeout = timeout is { } seconds ? TimeSpan.FromSeconds(seconds) : standard.Timeout,
        };
    }

    private static Uri? Address(ObjectReader reader, bool plain)
    {
        if (reader.RequiredString("address") is not { } text || !UrlRules.Check(reader, "address", text, httpAnywhere: false, out var url))
        {
            return null;
        }

        if (url.PathAndQuery != "/")
        {
            reader.Report("address", ProblemCodes.BadUrl, "'address' has a path or a query.", "Write scheme, host and port only, such as https://vault.example.com:8200.");
            return null;
        }

        if (url.Scheme == Uri.UriSchemeHttp && !plain)
        {
            reader.Report("address", ProblemCodes.InsecureUrl, "'address' is plain http.", "Use https; for a development server on this machine add \"allow_plain_http\": true.");
            return null;
        }

        return url;
    }

    private static VaultTokenSettings Tokens(ObjectReader? reader)
    {
        var standard = new VaultTokenSettings();
        if (reader is null)
        {
            return standard;
        }

        var mode = reader.OptionalEnum("mode", Modes);
        var role = reader.OptionalName("role");
        var ttl = reader.OptionalInt("ttl_s", 5, 3600);
        var prefix = reader.OptionalString("policy_prefix");
        if (prefix is not null && (prefix.Length is 0 or > 64 || !prefix.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')))
        {
            reader.Report("policy_prefix", ProblemCodes.BadName, "'policy_prefix' is not a well-formed beginning of a policy's name.", "Use 1 to 64 of a-z 0-9 -; a vault folds capital letters.");
            prefix = null;
        }

        reader.Done();
        return new VaultTokenSettings
        {
            Mode = mode ?? standard.Mode,
            Role = role ?? standard.Role,
            Ttl = ttl is { } seconds ? TimeSpan.FromSeconds(seconds) : standard.Ttl,
            PolicyPrefix = prefix ?? standard.PolicyPrefix,
        };
    }

    private static VaultTransitSettings? Transit(ObjectReader? reader)
    {
        if (reader is null)
        {
            return null;
        }

        var mount = VaultPaths.Optional(reader, "mount");
        var key = reader.RequiredName("key");
        reader.Done();
        return key is null ? null : new VaultTransitSettings(mount ?? "transit", key);
    }

    private static Dictionary<CredentialName, VaultDatabaseSettings> Database(ObjectReader? reader)
    {
        var roles = new Dictionary<CredentialName, VaultDatabaseSettings>();
        foreach (var (name, value, pointer) in reader?.Members() ?? [])
        {
            if (!CredentialName.TryParse(name, out var credential))
            {
                reader!.ReportAt(pointer, ProblemCodes.BadName, "A credential of the database engine is named server/scope.", "Write a name such as \"reporting/read\".", key: true);
                continue;
            }

            if (reader!.TryOpenMember(value, pointer, "A role of the database engine") is not { } role)
            {
                continue;
            }

            var mount = VaultPaths.Optional(role, "mount");
            var named = role.RequiredName("role");
            role.Done();
            if (named is not null)
            {
                roles[credential] = new VaultDatabaseSettings(mount ?? "database", named);
            }
        }

        return roles;
    }
}
