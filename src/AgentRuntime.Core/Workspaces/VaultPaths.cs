using AgentRuntime.Json;
using AgentRuntime.Names;
using AgentRuntime.Workflows;

namespace AgentRuntime.Workspaces;

/// <summary>The rule for paths inside a vault: names with one slash between them.</summary>
internal static class VaultPaths
{
    /// <summary>A path, or <c>null</c> when it is not there or bad, which is reported.</summary>
    public static string? Optional(ObjectReader reader, string name) =>
        reader.OptionalString(name) is { } path && Check(reader, name, path) ? path : null;

    /// <summary>Whether the text is such a path; reports <c>bad_path</c>.</summary>
    public static bool Check(ObjectReader reader, string name, string path)
    {
        if (path.Split('/').All(Name.IsValid))
        {
            return true;
        }

        reader.Report(name, ProblemCodes.BadPath, $"'{name}' is not a path in a vault.", "Write names of a-z A-Z 0-9 _ - . with one '/' between them; no '..', no '%', no slash at the ends.");
        return false;
    }
}
