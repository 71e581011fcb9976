using AgentRuntime.Credentials;
using AgentRuntime.Json;
using AgentRuntime.Names;

namespace AgentRuntime.Workflows.Parsing;

/// <summary>Finds the server and the tool that a step names among the manifests.</summary>
internal sealed class ServerLookup(ParseContext context, ObjectReader reader)
{
    /// <summary>The server and the tool; <c>null</c> where something is wrong.</summary>
    public ServerName? Read(out ToolName? tool)
    {
        var (hasName, hasUrl) = (reader.OptionalValue("server") is not null, reader.OptionalValue("server_url") is not null);
        if (hasName == hasUrl)
        {
            reader.ReportAt(reader.Pointer, ProblemCodes.ExactlyOne, "A tool call has exactly one of 'server' and 'server_url'.", "Write \"server\": the name of a manifest in servers/.");
        }

        var manifest = hasName ? ByName() : hasUrl ? ByUrl() : null;
        tool = null;
        if (reader.RequiredName("tool_name") is { } name)
        {
            tool = new ToolName(name);
            if (manifest is not null && !manifest.Tools.ContainsKey(tool.Value))
            {
                reader.Report(
                    "tool_name",
                    ProblemCodes.UnknownTool,
                    $"The manifest of '{manifest.Name}' lists no such tool, so it cannot be called.",
                    DidYouMean.Hint(name, manifest.Tools.Keys.Select(key => key.Value), $"Add the tool to servers/{manifest.Name}.json, or call a listed one."));
            }
        }

        return manifest?.Name;
    }

    private ServerManifest? ByName()
    {
        if (reader.OptionalName("server") is not { } name)
        {
            return null;
        }

        if (context.Servers.TryGetValue(new ServerName(name), out var manifest))
        {
            return manifest;
        }

        reader.Report("server", ProblemCodes.UnknownServer, "No manifest has this server's name.", DidYouMean.Hint(name, context.Servers.Keys.Select(key => key.Value), "Add a manifest to servers/."));
        return null;
    }

    private ServerManifest? ByUrl()
    {
        if (reader.OptionalString("server_url") is not { } text)
        {
            return null;
        }

        var matches = Uri.TryCreate(text, UriKind.Absolute, out var url)
            ? context.Servers.Values.Where(server => server.Transport is ServerTransport.Http http && http.Url == url).ToArray()
            : [];
        if (matches.Length == 1)
        {
            return matches[0];
        }

        if (matches.Length == 0)
        {
            reader.Report("server_url", ProblemCodes.UnknownServer, "No manifest has this URL.", "Write \"server\" with a manifest's name, or add a manifest to servers/.");
        }
        else
        {
            reader.Report("server_url", ProblemCodes.AmbiguousServer, "Several manifests have this URL.", $"Write \"server\" with one of: {string.Join(", ", matches.Select(server => server.Name.Value).Order(StringComparer.Ordinal))}.");
        }

        return null;
    }
}
