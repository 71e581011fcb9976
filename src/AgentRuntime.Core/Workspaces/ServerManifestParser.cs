using AgentRuntime.Credentials;
using AgentRuntime.Json;
using AgentRuntime.Names;
using AgentRuntime.Workflows;

namespace AgentRuntime.Workspaces;

/// <summary>Reads <c>servers/NAME.json</c>. Stateless; thread-safe.</summary>
public static class ServerManifestParser
{
    /// <summary>Reads a manifest, or finds everything that is wrong with it.</summary>
    /// <param name="file">The file, as problems name it.</param>
    /// <param name="utf8">Its bytes.</param>
    /// <param name="root">The workspace's folder, absolute; where relative working directories begin.</param>
    /// <param name="expectedName">The file's name without its ending, which the manifest's name must equal; <c>null</c> when it does not matter.</param>
    public static Checked<ServerManifest> Parse(string file, ReadOnlyMemory<byte> utf8, string root, string? expectedName = null)
    {
        var problems = new List<Problem>();
        if (JsonSource.Parse(file, utf8, JsonDialect.Relaxed, problems) is not { } source
            || ObjectReader.TryOpen(source, source.Root, string.Empty, "A server manifest", problems) is not { } reader)
        {
            return new Checked<ServerManifest>(null, problems);
        }

        reader.OptionalString("$schema");
        ManifestTexts.CheckMember(reader, "description");
        var name = reader.RequiredName("name");
        if (name is not null && expectedName is not null && name != expectedName)
        {
            reader.Report("name", ProblemCodes.NameMismatch, "'name' is not the file's name.", "Make the two equal.");
        }

        var transport = reader.RequiredObject("transport") is { } transportReader ? TransportParser.Read(transportReader, root) : null;
        var isHttp = Word(reader.OptionalValue("transport"), "type") == "http";
        var credentials = ReadCredentials(reader.OptionalObject("credentials"), isHttp, out var scopes);
        var tools = ReadTools(reader.RequiredObject("tools"), scopes);
        reader.Done();
        return problems.Count > 0 || name is null || transport is null
            ? new Checked<ServerManifest>(null, problems)
            : new Checked<ServerManifest>(new ServerManifest(new ServerName(name), transport, credentials, tools), problems);
    }

    private static string? Word(System.Text.Json.JsonElement? value, string name) =>
        value is { ValueKind: System.Text.Json.JsonValueKind.Object } element && element.TryGetProperty(name, out var word) && word.ValueKind == System.Text.Json.JsonValueKind.String
            ? word.GetString()
            : null;

    private static Dictionary<ScopeName, CredentialSpec> ReadCredentials(ObjectReader? reader, bool isHttp, out HashSet<string> scopes)
    {
        var credentials = new Dictionary<ScopeName, CredentialSpec>();
        scopes = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (scope, value, pointer) in reader?.Members() ?? [])
        {
            scopes.Add(scope);
            if (reader!.CheckName(scope, pointer, "A scope", key: true)
                && reader.TryOpenMember(value, pointer, "A credential") is { } member
                && CredentialSpecParser.Read(member, isHttp) is { } spec)
            {
                credentials[new ScopeName(scope)] = spec;
            }
        }

        return credentials;
    }

    private static Dictionary<ToolName, ToolSpec> ReadTools(ObjectReader? reader, HashSet<string> scopes)
    {
        var tools = new Dictionary<ToolName, ToolSpec>();
        foreach (var (tool, value, pointer) in reader?.Members() ?? [])
        {
            if (!reader!.CheckName(tool, pointer, "A tool", key: true) || reader.TryOpenMember(value, pointer, "A tool") is not { } member)
            {
                continue;
            }

            ManifestTexts.CheckMember(member, "description");
            var idempotent = member.OptionalBool("idempotent");
            var scope = ReadScope(member, scopes);
            member.Done();
            tools[new ToolName(tool)] = new ToolSpec(scope, idempotent);
        }

        return tools;
    }

    private static ScopeName? ReadScope(ObjectReader tool, HashSet<string> scopes)
    {
        if (!tool.Has("scope"))
        {
            tool.ReportAt(tool.Pointer, ProblemCodes.MissingMember, "'scope' is missing.", "Name the tool's scope, or write \"scope\": null for a tool that uses no credential.");
            return null;
        }

        if (tool.OptionalName("scope") is not { } scope)
        {
            return null;
        }

        if (!scopes.Contains(scope))
        {
            var near = Spelling.Nearest(scope, scopes.Where(Name.IsValid));
            tool.Report("scope", ProblemCodes.UnknownScope, "'scope' is not one of this server's credentials.", near is null ? "Add the scope under \"credentials\"." : $"Did you mean \"{near}\"? Otherwise add the scope under \"credentials\".");
            return null;
        }

        return new ScopeName(scope);
    }
}
