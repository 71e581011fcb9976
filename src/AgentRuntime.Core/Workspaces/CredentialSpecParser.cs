using AgentRuntime.Credentials;
using AgentRuntime.Json;
using AgentRuntime.Names;
using AgentRuntime.Secrets;
using AgentRuntime.Workflows;

namespace AgentRuntime.Workspaces;

/// <summary>Reads one member of <c>credentials</c> of a manifest.</summary>
internal static class CredentialSpecParser
{
    private const string ValueTemplate = "{value}";

    private static readonly string[] Types = ["bearer", "basic", "api_key", "custom_headers"];
    private static readonly HashSet<string> LaterTypes = new(StringComparer.Ordinal)
    {
        "oauth2_client_credentials", "oauth2_authorization_code", "oauth2_token_exchange", "oauth2_jwt_bearer", "database", "database_dynamic", "webhook_secret", "aws_sigv4", "mtls", "github_app",
    };

    private static readonly HashSet<string> ForbiddenHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        "Host", "Content-Length", "Content-Type", "Content-Encoding", "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Expect",
        "Accept", "Mcp-Session-Id", "MCP-Protocol-Version", "Last-Event-ID", "Origin", "Forwarded", "Via", "traceparent", "tracestate",
    };

    /// <summary>The credential, or <c>null</c> when there is a problem.</summary>
    public static CredentialSpec? Read(ObjectReader reader, bool isHttp)
    {
        ManifestTexts.CheckMember(reader, "description");
        var shared = ReadShared(reader);
        switch (reader.RequiredString("type"))
        {
            case "bearer":
                return Finish(reader, CredentialType.Bearer, shared, ReadBearer(reader, isHttp));
            case "basic":
                return Finish(reader, CredentialType.Basic, shared, ReadBasic(reader, isHttp));
            case "api_key":
                return Finish(reader, CredentialType.ApiKey, shared, ReadApiKey(reader, isHttp));
            case "custom_headers":
                return Finish(reader, CredentialType.CustomHeaders, shared, ReadHeaders(reader, isHttp));
            case { } later when LaterTypes.Contains(later):
                reader.Report("type", ProblemCodes.NotAvailableYet, $"Credentials of type \"{later}\" are not available yet.", $"Use one of: {string.Join(", ", Types)}.");
                return null;
            case { } unknown:
                reader.ReportUnknownWord("type", unknown, Types);
                return null;
            default:
                return null;
        }
    }

    private static CredentialSpec? Finish(ObjectReader reader, CredentialType type, CredentialName? shared, List<CredentialAttachment>? attachments)
    {
        reader.Done();
        if (attachments is null or [])
        {
            return null;
        }

        var fields = attachments.SelectMany(attachment => Fields(attachment.Template)).Distinct(StringComparer.Ordinal).ToList();
        return new CredentialSpec(type, attachments, shared) { Fields = fields.Count > 0 ? fields : [SecretMaterial.ValueField] };
    }

    private static IEnumerable<string> Fields(string template) =>
        template.Split('{').Skip(1).Select(part => part[..part.IndexOf('}', StringComparison.Ordinal)]);

    private static CredentialName? ReadShared(ObjectReader reader)
    {
        if (reader.OptionalString("shared") is not { } text)
        {
            return null;
        }

        if (CredentialName.TryParse(text, out var name))
        {
            return name;
        }

        reader.Report("shared", ProblemCodes.BadName, "'shared' is not the name of a credential.", "Write SERVER/SCOPE, for example \"google/workspace\".");
        return null;
    }

    private static List<CredentialAttachment>? ReadBearer(ObjectReader reader, bool isHttp) =>
        RequireTransport(reader, "type", isHttp, needsHttp: true) ? [new(AttachmentPlace.Header, "Authorization", "Bearer {value}")] : null;

    private static List<CredentialAttachment>? ReadBasic(ObjectReader reader, bool isHttp) =>
        RequireTransport(reader, "type", isHttp, needsHttp: true) ? [new(AttachmentPlace.BasicHeader, string.Empty, "{username}:{password}")] : null;

    private static List<CredentialAttachment>? ReadApiKey(ObjectReader reader, bool isHttp)
    {
        string[] places = ["header", "query", "env", "arg"];
        var used = places.Where(place => reader.OptionalValue(place) is not null).ToList();
        var format = reader.OptionalString("format");
        if (used.Count != 1)
        {
            reader.ReportAt(reader.Pointer, ProblemCodes.AttachmentCount, "An api_key is attached in exactly one place.", "Write one of \"header\", \"query\", \"env\" and \"arg\".");
            return null;
        }

        var place = used[0];
        if (format is not null && place != "header")
        {
            reader.Report("format", ProblemCodes.UnknownMember, "'format' belongs to \"header\".", "Remove it; \"env\" as a map and \"arg\" are templates themselves.", key: true);
        }

        if (!RequireTransport(reader, place, isHttp, needsHttp: place is "header" or "query"))
        {
            return null;
        }

        return place switch
        {
            "header" => ReadHeader(reader, format),
            "query" => ReadQuery(reader),
            "env" => ReadEnvironment(reader),
            _ => ReadArgument(reader),
        };
    }

    private static List<CredentialAttachment>? ReadHeader(ObjectReader reader, string? format)
    {
        var name = reader.RequiredString("header");
        if (format is not null && !CheckTemplate(reader, reader.PointerOf("format"), format))
        {
            return null;
        }

        return name is not null && CheckHeader(reader, reader.PointerOf("header"), name, key: false)
            ? [new(AttachmentPlace.Header, name, format ?? ValueTemplate)]
            : null;
    }

    private static List<CredentialAttachment>? ReadQuery(ObjectReader reader)
    {
        if (reader.RequiredString("query") is not { } name)
        {
            return null;
        }

        if (name.Length > 128 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '~'))
        {
            reader.Report("query", ProblemCodes.BadName, "'query' is not the name of a query parameter.", "Use letters, digits and - _ . ~");
            return null;
        }

        return [new(AttachmentPlace.Query, name, ValueTemplate)];
    }

    private static List<CredentialAttachment>? ReadArgument(ObjectReader reader) =>
        reader.RequiredString("arg") is { } template && CheckTemplate(reader, reader.PointerOf("arg"), template)
            ? [new(AttachmentPlace.Argument, string.Empty, template)]
            : null;

    private static List<CredentialAttachment>? ReadEnvironment(ObjectReader reader)
    {
        if (reader.OptionalValue("env") is not { ValueKind: System.Text.Json.JsonValueKind.Object })
        {
            return reader.RequiredString("env") is { } name && TransportParser.CheckVariableName(reader, name, reader.PointerOf("env"), key: false)
                ? [new(AttachmentPlace.Environment, name, ValueTemplate)]
                : null;
        }

        return ReadMap(reader, "env", AttachmentPlace.Environment, static (map, name, pointer) => TransportParser.CheckVariableName(map, name, pointer));
    }

    private static List<CredentialAttachment>? ReadHeaders(ObjectReader reader, bool isHttp)
    {
        if (!RequireTransport(reader, "type", isHttp, needsHttp: true))
        {
            reader.Ignore("headers");
            return null;
        }

        return reader.RequiredValue("headers") is null ? null : ReadMap(reader, "headers", AttachmentPlace.Header, static (map, name, pointer) => CheckHeader(map, pointer, name, key: true));
    }

    private static List<CredentialAttachment>? ReadMap(ObjectReader reader, string member, AttachmentPlace place, Func<ObjectReader, string, string, bool> checkName)
    {
        if (reader.OptionalObject(member) is not { } map)
        {
            return null;
        }

        var attachments = new List<CredentialAttachment>();
        var good = true;
        var names = new HashSet<string>(place == AttachmentPlace.Header ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        foreach (var (name, value, pointer) in map.Members())
        {
            var fine = checkName(map, name, pointer);
            if (!names.Add(name))
            {
                map.ReportAt(pointer, ProblemCodes.DuplicateKey, "The same header is named twice; case does not matter.", "Keep one of the two.", key: true);
                fine = false;
            }

            if (value.ValueKind != System.Text.Json.JsonValueKind.String)
            {
                map.ReportAt(pointer, ProblemCodes.WrongType, $"A template is a string, not {JsonWords.Kind(value)}.", "Write a template such as \"{value}\".");
                fine = false;
            }
            else if (!CheckTemplate(map, pointer, value.GetString()!))
            {
                fine = false;
            }

            if (fine)
            {
                attachments.Add(new CredentialAttachment(place, name, value.GetString()!));
            }

            good &= fine;
        }

        if (names.Count == 0)
        {
            reader.Report(member, ProblemCodes.AttachmentCount, $"'{member}' is empty.", "Name at least one.");
        }

        return good ? attachments : null;
    }

    private static bool CheckTemplate(ObjectReader reader, string pointer, string template) =>
        Placeholders.Read(reader, pointer, template) is not null & ManifestTexts.Check(reader, pointer, template, null, isTemplate: true);

    private static bool CheckHeader(ObjectReader reader, string pointer, string name, bool key)
    {
        if (name.Length is 0 or > 128 || !name.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal)))
        {
            reader.ReportAt(pointer, ProblemCodes.BadHeader, "This is not the name of a header (a token of RFC 9110, section 5.6.2).", "Use letters, digits and '-'.", key);
            return false;
        }

        if (ForbiddenHeaders.Contains(name))
        {
            reader.ReportAt(pointer, ProblemCodes.BadHeader, "This header belongs to the transport.", "Name the header in which the server expects the credential.", key);
            return false;
        }

        return true;
    }

    private static bool RequireTransport(ObjectReader reader, string member, bool isHttp, bool needsHttp)
    {
        if (isHttp == needsHttp)
        {
            return true;
        }

        var (message, fix) = needsHttp
            ? ("This credential goes into an HTTP request, and the server is on stdio.", "Use type \"api_key\" with \"env\" (or \"arg\").")
            : ("This credential goes into a process, and the server is on http.", "Use type \"bearer\", \"basic\", \"custom_headers\", or \"api_key\" with \"header\" or \"query\".");
        reader.Report(member, ProblemCodes.WrongTransport, message, fix);
        return false;
    }
}
