using System.CommandLine;
using AgentRuntime.Cli.Composition;
using AgentRuntime.Cli.Errors;
using AgentRuntime.Cli.Views;
using AgentRuntime.Secrets;

namespace AgentRuntime.Cli.Commands.Credentials;

/// <summary><c>agentruntime credentials copy --from STORE --to STORE</c>.</summary>
internal static class CredentialsCopyCommand
{
    private static readonly string[] Stores = ["aws", "azure", "embedded", "vault"];

    public static Command Create(ProcessHost process)
    {
        var from = new Option<string?>("--from") { HelpName = "STORE", Description = "The store to read from: embedded, vault, aws or azure, as configured in agentruntime.json" };
        var to = new Option<string?>("--to") { HelpName = "STORE", Description = "The store to write to" };
        var only = new Option<string[]>("--credential") { HelpName = "SERVER/SCOPE", Description = "Only this credential; may be given more than once (default: all that the manifests name)" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only say what would be copied" };
        var overwrite = new Option<bool>("--overwrite") { Description = "Where the target holds another value, store this one as a new version" };
        return new Command("copy", "Copy the current values to another store, and prove that they arrived; nothing is printed or written elsewhere") { from, to, only, dryRun, overwrite }.Does(process, async (context, cancellationToken) =>
        {
            var source = StoreOf(context.Arguments.GetValue(from), "--from");
            var target = StoreOf(context.Arguments.GetValue(to), "--to");
            if (source == target)
            {
                throw new CliException(ExitCode.BadInput, "same_store", $"Both stores are '{source}', so there is nothing to copy.", "Name two different stores.");
            }

            await using var workspace = context.OpenWorkspace(Strictness.SettingsOnly);
            var asked = context.Arguments.GetValue(only) ?? [];
            var names = asked.Length == 0 ? workspace.Credentials.Names : [.. asked.Select(name => workspace.Credentials.Require(CredentialArgument.Parse(name)).Name).Distinct()];
            await using var opened = new OpenedStores();
            var copy = new CredentialCopy(
                opened.Add(await workspace.OpenStoreAsync(source, cancellationToken)),
                CopyTarget.Of(opened.Add(await workspace.OpenStoreAsync(target, cancellationToken))),
                process.Scrubber,
                workspace.Access("copy"))
            {
                IsDryRun = context.Arguments.GetValue(dryRun),
                Overwrites = context.Arguments.GetValue(overwrite),
            };
            var results = await copy.RunAsync(names, cancellationToken);
            context.Output.Show(json => CopyView.WriteJson(json, source, target, copy.IsDryRun, results), text => CopyView.WriteText(text, source, target, results));
            return ExitOf(results);
        });
    }

    /// <summary>The worst failure says it; what differs or is missing is a failed command.</summary>
    internal static ExitCode ExitOf(IReadOnlyList<CopyResult> results)
    {
        if (results.All(one => one.IsGood))
        {
            return ExitCode.Success;
        }

        var exits = results.Where(one => one.Outcome == CopyOutcome.Failed && one.Failure is not null).Select(one => StoreFailure.ExitOf(one.Failure!.Value)).ToHashSet();
        return new[] { ExitCode.Integrity, ExitCode.Unavailable, ExitCode.Denied }.FirstOrDefault(exits.Contains, ExitCode.Failed);
    }

    private static string StoreOf(string? word, string option) => word switch
    {
        null => throw new CliException(ExitCode.BadInput, "usage", $"'agentruntime credentials copy' needs {option} STORE.", $"Stores: {string.Join(", ", Stores)}."),
        _ when Stores.Contains(word, StringComparer.Ordinal) => word,
        _ => throw new CliException(ExitCode.BadInput, "unknown_store", $"{option} names no store.", Suggestion.Hint(word, Stores, "stores")),
    };

    private sealed class OpenedStores : IAsyncDisposable
    {
        private readonly List<ISecretStore> _stores = [];

        public ISecretStore Add(ISecretStore store)
        {
            _stores.Add(store);
            return store;
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var store in _stores.OfType<IAsyncDisposable>())
            {
                await store.DisposeAsync();
            }
        }
    }
}
