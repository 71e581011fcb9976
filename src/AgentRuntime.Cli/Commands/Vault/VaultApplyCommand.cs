using System.CommandLine;
using AgentRuntime.Cli.Composition;
using AgentRuntime.Cli.Errors;
using AgentRuntime.Cli.Output;
using AgentRuntime.Vaults.HashiCorp.Setup;

namespace AgentRuntime.Cli.Commands.Vault;

/// <summary><c>agentruntime vault apply</c>: shows what would change, asks, writes it and reads it back.</summary>
internal static class VaultApplyCommand
{
    private static readonly TimeSpan LongestWrap = TimeSpan.FromDays(1);

    public static Command Create(ProcessHost process)
    {
        var options = new VaultOptions();
        var yes = new Option<bool>("--yes") { Description = "Do not ask" };
        var secretId = new Option<string?>("--secret-id-file") { HelpName = "F", Description = "Also make a wrapped AppRole secret id and write it to this file" };
        var wrap = new Option<int>("--wrap-ttl") { HelpName = "SECONDS", Description = "How long the wrapped secret id can be opened, once", DefaultValueFactory = _ => 600 };
        var command = new Command("apply", "Set the vault up with an operator's own token: shows the difference, asks, writes, reads back") { yes, secretId, wrap };
        options.AddTo(command);
        return command.Does(process, async (context, cancellationToken) =>
        {
            var life = TimeSpan.FromSeconds(context.Arguments.GetValue(wrap));
            if (life <= TimeSpan.Zero || life > LongestWrap)
            {
                throw new CliException(ExitCode.BadInput, "bad_wrap_ttl", "--wrap-ttl is 1 to 86400 seconds.");
            }

            await using var workspace = context.OpenWorkspace(Strictness.Everything);
            var settings = VaultOptions.Settings(workspace);
            using var token = await VaultOptions.TokenAsync(context, cancellationToken)
                ?? throw new CliException(ExitCode.BadInput, "no_token", "Setting up the vault needs an operator's token.", "Write it to a file with mode 600 and name it with --token-file, or run the command on a terminal to be asked.");
            using var vault = VaultSetupSettings.Open(settings, workspace.Credentials.Names, options.Extras(context), token, process.Time);
            var before = await vault.CompareAsync(cancellationToken).ToListAsync(cancellationToken);
            var changes = before.Count(static item => item.Status is VaultPlanStatus.Missing or VaultPlanStatus.Different);
            if (changes > 0 && !context.Arguments.GetValue(yes))
            {
                VaultPlanView.Write(context.Output.Text, before);
                if (!await process.Input.ConfirmAsync("Change the vault like this?", cancellationToken))
                {
                    throw new CliException(ExitCode.BadInput, "not_confirmed", "Nothing was changed: nobody confirmed.", "Look at 'agentruntime vault plan --token-file F', then add --yes.");
                }
            }

            var after = new List<VaultPlanItem>();
            await foreach (var item in vault.ApplyAsync(cancellationToken))
            {
                after.Add(item);
            }

            if (context.Arguments.GetValue(secretId) is { } file)
            {
                await vault.WriteWrappedSecretIdAsync(Path.GetFullPath(file), life, cancellationToken);
                context.Output.Note($"The wrapped secret id is in {file}; start the runtime within {life.TotalSeconds:0} s, which opens it once and deletes the file.", Tone.Good);
            }

            VaultPlanView.Show(context.Output, after);
            return ExitCode.Success;
        });
    }
}
