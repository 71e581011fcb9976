using AgentRuntime.Json;
using AgentRuntime.Workflows;

namespace AgentRuntime.Workspaces;

/// <summary>Reads the section <c>secrets.aws</c>.</summary>
internal static class AwsSettingsParser
{
    private const int LongestPrefix = 200;

    private static readonly Dictionary<string, AwsSessionUse> Sessions = new(StringComparer.Ordinal) { ["step"] = AwsSessionUse.Step, ["run"] = AwsSessionUse.Run };

    private static readonly string[] OfRole = ["external_id", "session"];

    /// <summary>The settings, or <c>null</c> when something is wrong with them, which is reported.</summary>
    /// <param name="reader">The section.</param>
    /// <param name="root">The workspace's folder, absolute.</param>
    public static AwsSecretSettings? Read(ObjectReader reader, string root)
    {
        var plainHttp = reader.OptionalBool("allow_plain_http") ?? false;
        var region = ReadRegion(reader);
        var settings = new AwsSecretSettings(region ?? string.Empty)
        {
            Endpoint = ReadEndpoint(reader, "endpoint", plainHttp),
            StsEndpoint = ReadEndpoint(reader, "sts_endpoint", plainHttp),
            CaFile = reader.OptionalValue("ca_file") is null ? null : WorkspacePaths.Anywhere(reader, "ca_file", root),
            Prefix = ReadPrefix(reader) ?? "agentruntime",
            Role = ReadRole(reader),
            ExternalId = ReadExternalId(reader),
            Session = reader.OptionalEnum("session", Sessions) ?? AwsSessionUse.Step,
            Profile = ReadProfile(reader),
            Timeout = reader.OptionalNumber("timeout_s", 1, 300) is { } seconds ? TimeSpan.FromSeconds(seconds) : TimeSpan.FromSeconds(15),
            AllowPlainHttp = plainHttp,
            AllowEnvironmentCredentials = reader.OptionalBool("allow_environment_credentials") ?? false,
        };
        foreach (var needsRole in OfRole.Where(name => reader.OptionalValue(name) is not null && reader.OptionalValue("role_arn") is null))
        {
            reader.Report(needsRole, ProblemCodes.MissingMember, $"'{needsRole}' has a meaning only together with 'role_arn'.", $"Add \"role_arn\", or remove \"{needsRole}\".");
        }

        reader.Done();
        return region is null ? null : settings;
    }

    private static string? ReadRegion(ObjectReader reader)
    {
        var region = reader.RequiredString("region");
        if (region is null || IsRegion(region))
        {
            return region;
        }

        reader.Report("region", ProblemCodes.BadName, "'region' is not the name of a region.", "Write a name such as eu-central-1.");
        return null;
    }

    // The name becomes part of a host name.
    private static bool IsRegion(string text) =>
        text.Length is >= 5 and <= 40 && char.IsAsciiLetterLower(text[0]) && char.IsAsciiDigit(text[^1])
        && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') && text.Contains('-', StringComparison.Ordinal);

    private static Uri? ReadEndpoint(ObjectReader reader, string name, bool plainHttp)
    {
        if (reader.OptionalString(name) is not { } text || !UrlRules.Check(reader, name, text, httpAnywhere: false, out var url))
        {
            return null;
        }

        if (url.Scheme == Uri.UriSchemeHttp && !plainHttp)
        {
            reader.Report(name, ProblemCodes.InsecureUrl, $"'{name}' is plain http.", "Use https; plain http to this machine needs \"allow_plain_http\": true.");
        }

        if (url.AbsolutePath != "/" || url.Query.Length > 0)
        {
            reader.Report(name, ProblemCodes.BadUrl, $"'{name}' is a URL with a path or a query.", "Write the scheme, the host and the port only.");
        }

        return url;
    }

    private static string? ReadPrefix(ObjectReader reader)
    {
        var prefix = reader.OptionalString("prefix");
        if (prefix is null || (prefix.Length is > 0 and <= LongestPrefix && prefix.Split('/').All(IsSegment)))
        {
            return prefix;
        }

        reader.Report("prefix", ProblemCodes.BadName, "'prefix' is not a well-formed beginning of secret names.", $"Use 1 to {LongestPrefix} of a-z A-Z 0-9 _ - . in parts separated by '/', none of them empty, '.' or '..'.");
        return null;
    }

    private static bool IsSegment(string segment) => segment is not ("" or "." or "..") && segment.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');

    private static AwsRoleArn? ReadRole(ObjectReader reader)
    {
        var text = reader.OptionalString("role_arn");
        if (text is null || AwsRoleArn.TryParse(text, out var role))
        {
            return AwsRoleArn.TryParse(text, out role) ? role : null;
        }

        reader.Report("role_arn", ProblemCodes.BadName, "'role_arn' is not the ARN of a role.", "Write arn:aws:iam::ACCOUNT:role/NAME with the 12 digits of the account.");
        return null;
    }

    private static string? ReadExternalId(ObjectReader reader)
    {
        var id = reader.OptionalString("external_id");
        if (id is null || (id.Length is >= 2 and <= 1224 && id.All(c => char.IsAsciiLetterOrDigit(c) || "_+=,.@:/-".Contains(c, StringComparison.Ordinal))))
        {
            return id;
        }

        reader.Report("external_id", ProblemCodes.BadName, "'external_id' is not a well-formed external id.", "Use 2 to 1224 of a-z A-Z 0-9 _ + = , . @ : / -.");
        return null;
    }

    private static string? ReadProfile(ObjectReader reader)
    {
        var profile = reader.OptionalString("profile");
        if (profile is null || (profile.Length is > 0 and <= 128 && !profile.Any(c => char.IsControl(c) || c is '[' or ']')))
        {
            return profile;
        }

        reader.Report("profile", ProblemCodes.BadName, "'profile' is not the name of a profile.", "Write the name as it is in the shared AWS files, without brackets.");
        return null;
    }
}
