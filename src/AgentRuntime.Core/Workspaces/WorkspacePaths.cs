using AgentRuntime.Json;
using AgentRuntime.Workflows;

namespace AgentRuntime.Workspaces;

/// <summary>Turns the paths of workspace files into absolute ones.</summary>
internal static class WorkspacePaths
{
    /// <summary>A path that stays in the workspace; reports <c>bad_path</c> otherwise.</summary>
    public static string? Inside(ObjectReader reader, string name, string root, string otherwise)
    {
        if (!reader.Has(name) || reader.OptionalValue(name) is null)
        {
            return Path.GetFullPath(otherwise, root);
        }

        if (reader.RequiredString(name) is not { } path || !IsUsable(reader, name, path))
        {
            return null;
        }

        // A leading drive or slash counts on every system, so that a workspace means the same everywhere.
        var full = Path.GetFullPath(path, root);
        if (path[0] is '/' or '\\' || path.Contains(':', StringComparison.Ordinal) || path.Split('/', '\\').Contains("..", StringComparer.Ordinal) || full == root)
        {
            reader.Report(name, ProblemCodes.BadPath, $"'{name}' leaves the workspace.", "Write a path relative to the workspace, without '..'.");
            return null;
        }

        return full;
    }

    /// <summary>A path that may lead anywhere; relative ones begin at the workspace.</summary>
    public static string? Anywhere(ObjectReader reader, string name, string root) =>
        reader.RequiredString(name) is { } path && IsUsable(reader, name, path) ? Path.GetFullPath(path, root) : null;

    private static bool IsUsable(ObjectReader reader, string name, string path)
    {
        if (path.Contains('\0', StringComparison.Ordinal) || path[0] == '~' || path.Contains('$', StringComparison.Ordinal) || path.Contains('%', StringComparison.Ordinal))
        {
            reader.Report(name, ProblemCodes.BadPath, $"'{name}' holds '~', '$' or '%', which are not expanded.", "Write the path itself.");
            return false;
        }

        return true;
    }
}
