using System.CommandLine;
using AgentRuntime.Cli.Composition;
using AgentRuntime.Cli.Errors;
using AgentRuntime.Cli.Output;
using AgentRuntime.Names;
using AgentRuntime.Secrets;

namespace AgentRuntime.Cli.Commands.Credentials;

/// <summary><c>agentruntime credentials disable | enable | delete SERVER/SCOPE</c>.</summary>
internal static class CredentialsChange
{
    private delegate ValueTask<SecretWriteResult> Change(ISecretWriter store, CredentialName name, CredentialVersion? version, SecretAccessContext access, CancellationToken cancellationToken);

    public static Command CreateDisable(ProcessHost process) => Create(
        process,
        new Command("disable", "Make a version unreadable until enabled again; the next attempt of any step fails"),
        "Disabled",
        "the current version",
        asks: null,
        static (store, name, version, access, cancellationToken) => store.DisableAsync(name, version, access, cancellationToken));

    public static Command CreateEnable(ProcessHost process) => Create(
        process,
        new Command("enable", "Make a disabled version readable again"),
        "Enabled",
        "the current version",
        asks: null,
        static (store, name, version, access, cancellationToken) => store.EnableAsync(name, version, access, cancellationToken));

    public static Command CreateDelete(ProcessHost process) => Create(
        process,
        new Command("delete", "Destroy a version, or all; the metadata stays"),
        "Deleted",
        "all versions",
        asks: "The value cannot be brought back.",
        static (store, name, version, access, cancellationToken) => store.DeleteAsync(name, version, access, cancellationToken));

    private static Command Create(ProcessHost process, Command command, string done, string noVersion, string? asks, Change change)
    {
        var name = CredentialArgument.Create();
        var version = new Option<string?>("--version") { HelpName = "V", Description = $"The version (default: {noVersion})" };
        var yes = new Option<bool>("--yes") { Description = "Do not ask" };
        command.Add(name);
        command.Add(version);
        if (asks is not null)
        {
            command.Add(yes);
        }

        return command.Does(process, async (context, cancellationToken) =>
        {
            var credential = CredentialArgument.Parse(context.Arguments.GetRequiredValue(name));
            var asked = context.Arguments.GetValue(version) is { } text ? new CredentialVersion(text) : (CredentialVersion?)null;
            await using var workspace = context.OpenWorkspace(Strictness.SettingsOnly);
            await StoredCredential.DescribeAsync(workspace, credential, cancellationToken);
            var what = asked is { } one ? $"version {one} of {credential}" : $"{noVersion} of {credential}";
            if (asks is not null && !context.Arguments.GetValue(yes) && !await process.Input.ConfirmAsync($"Delete {what}? {asks}", cancellationToken))
            {
                throw new CliException(ExitCode.BadInput, "not_confirmed", "Nothing was deleted: nobody confirmed.", "Add --yes to delete without being asked.");
            }

            var secrets = await workspace.WriterAsync(cancellationToken);
            var result = await change(secrets, credential, asked, workspace.Access("manage"), cancellationToken);
            if (!result.Succeeded)
            {
                throw StoreFailure.Of(result);
            }

            context.Output.Show(
                json =>
                {
                    json.WriteStartObject();
                    json.WriteString("credential", credential.ToString());
                    json.WriteString("version", (result.Version ?? asked)?.Value);
                    json.WriteString("result", done.ToLowerInvariant());
                    json.WriteEndObject();
                },
                text => text.Line(new Piece(done, Tone.Good), $" {(result.Version is { } changed ? $"version {changed} of {credential}" : what)}."));
            return ExitCode.Success;
        });
    }
}
