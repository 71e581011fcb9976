using AgentRuntime.Cli.Commands.Audit;
using AgentRuntime.Names;
using AgentRuntime.Workspaces;

namespace AgentRuntime.EndToEnd.Tests.Cli;

public sealed class StorePlacesTests
{
    private static readonly SecretSettings Defaults = WorkspaceSettings.Default("/app").Secrets;

    [Fact]
    public void Without_a_section_the_defaults_of_the_stores_hold()
    {
        var places = StorePlaces.Of(Defaults);

        Assert.Equal(("secret", "agentruntime", "agentruntime", "agentruntime-"), (places.Mount, places.Folder, places.AwsPrefix, places.AzurePrefix));
        Assert.Empty(places.RuntimeIdentities);
    }

    [Fact]
    public void A_vault_gives_its_mount_its_folder_its_roles_and_its_key()
    {
        var places = StorePlaces.Of(Defaults with
        {
            Vault = new VaultSecretSettings(new Uri("https://vault.example.com:8200"), new VaultAuthSettings.AgentToken("/app/token"))
            {
                Mount = "kv",
                Prefix = "team/a",
                Namespace = "space",
                Transit = new VaultTransitSettings("transit", "key"),
                Database = new Dictionary<CredentialName, VaultDatabaseSettings> { [CredentialName.Parse("db/read")] = new("database", "reader") },
            },
        });

        Assert.Equal(("kv", "team/a", "space"), (places.Mount, places.Folder, places.Namespace));
        Assert.Equal(["database/creds/reader", "transit/decrypt/key"], places.Paths);
    }

    [Fact]
    public void Aws_and_azure_give_prefixes_identities_and_names()
    {
        var client = Guid.Parse("0b8f3a52-0000-4000-8000-000000000001");
        Assert.True(AwsRoleArn.TryParse("arn:aws:iam::111122223333:role/agentruntime-step", out var role));

        var places = StorePlaces.Of(Defaults with
        {
            Aws = new AwsSecretSettings("eu-central-1") { Prefix = "team", Role = role },
            Azure = new AzureSecretSettings(new Uri("https://ours.vault.azure.net/"), new AzureIdentitySettings.ManagedIdentity(client), new Uri("https://login.microsoftonline.com/")) { Prefix = "ar-" },
        });

        Assert.Equal(("team", "ar-", "ours.vault.azure.net"), (places.AwsPrefix, places.AzurePrefix, places.AzureHost));
        Assert.Equal([role.Text, client.ToString()], places.RuntimeIdentities);
        Assert.Equal("crm/read", places.AzureCredentialOf!("ar-crm--read").ToString());
        Assert.Null(places.AzureCredentialOf("other"));
    }
}
