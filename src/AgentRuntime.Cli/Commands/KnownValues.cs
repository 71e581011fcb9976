using AgentRuntime.Cli.Composition;
using AgentRuntime.Cli.Output;
using AgentRuntime.Secrets;
using AgentRuntime.Workspaces;

namespace AgentRuntime.Cli.Commands;

/// <summary>Tells whether a text of a definition is the value of a stored credential. Such a text is refused without exception.</summary>
internal static class KnownValues
{
    /// <summary>The check, or <c>null</c> when the workspace has no store on this machine yet or it cannot be opened.</summary>
    public static async Task<Func<string, bool>?> CheckAsync(CommandContext context, string root, CancellationToken cancellationToken)
    {
        // Only what lies on this machine is compared; a remote store is not asked for values that no step needs.
        if (Workspace.Load(root).Workspace is not { Settings.Secrets: { Store: "embedded" } secrets } settings || !File.Exists(secrets.Embedded.Path))
        {
            return null;
        }

        await using var workspace = new WorkspaceHost(context.Process, settings, context.Globals);
        try
        {
            await workspace.SeedScrubberAsync(cancellationToken);
            return context.Process.Scrubber.HoldsKnownValue;
        }
        catch (SecretStoreException exception)
        {
            context.Output.Note($"The files were not compared with the stored credentials: {exception.Message}", Tone.Warn);
            return null;
        }
    }
}
