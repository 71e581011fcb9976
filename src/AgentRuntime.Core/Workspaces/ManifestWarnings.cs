using AgentRuntime.Credentials;
using AgentRuntime.Json;
using AgentRuntime.Workflows;

namespace AgentRuntime.Workspaces;

/// <summary>What is allowed in a manifest and still exposes a credential more than it must.</summary>
internal static class ManifestWarnings
{
    /// <summary>The warnings of a valid manifest, each at its place in the file.</summary>
    public static IEnumerable<Problem> Of(ServerManifest manifest, string file, ReadOnlyMemory<byte> utf8)
    {
        var exposed = manifest.Credentials.Where(pair => pair.Value.Attachments.Any(one => one.Place is AttachmentPlace.Argument or AttachmentPlace.Query)).ToList();
        if (exposed.Count == 0 || JsonSource.Parse(file, utf8, JsonDialect.Relaxed, []) is not { } source)
        {
            yield break;
        }

        foreach (var (scope, spec) in exposed)
        {
            var credential = JsonPointer.Append("/credentials", scope.Value);
            yield return spec.Attachments.Any(one => one.Place == AttachmentPlace.Argument)
                ? source.ProblemAt(
                    JsonPointer.Append(credential, "arg"),
                    ProblemCodes.ExposedArgument,
                    $"The credential {manifest.CredentialFor(scope)} is an argument of the server's process, and arguments are visible to every other process of the machine.",
                    "Use \"env\" if the server can take it from its environment.")
                : source.ProblemAt(
                    JsonPointer.Append(credential, "query"),
                    ProblemCodes.ExposedQuery,
                    $"The credential {manifest.CredentialFor(scope)} is a part of the URL, which servers and proxies write to their logs.",
                    "Use \"header\" if the server can take it from one.");
        }
    }
}
