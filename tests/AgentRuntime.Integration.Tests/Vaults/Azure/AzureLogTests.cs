using System.Text.Json.Nodes;
using AgentRuntime.Audit;
using AgentRuntime.Audit.Reconciliation;
using AgentRuntime.Secrets;
using AgentRuntime.Vaults.Azure;

namespace AgentRuntime.Integration.Tests.Vaults.Azure;

/// <summary>What the vault's own log says about a read.</summary>
public sealed class AzureLogTests
{
    [Fact]
    public async Task Every_request_of_an_attempt_carries_its_correlation_id_and_our_name()
    {
        await using var vault = await AzureVault.StartAsync();
        vault.Fake.Secrets.Put(AzureVault.NameOf(AzureVault.Credential), "value");
        await vault.Open().ValueAsync();
        var expected = AttemptCorrelation.Of(AzureVault.Step.Run!.Value, AzureVault.Step.Step!.Value, 2).ToString();
        var records = vault.Fake.Service.Log.Records;
        Assert.Equal(["Authentication", "SecretGet"], records.Select(record => Text(record, "operationName")));
        Assert.All(records, record => Assert.Equal(expected, Text(record, "correlationId")));
        Assert.All(records, record => Assert.StartsWith("AgentRuntime azsdk-net-Security.KeyVault.Secrets/", record["properties"]!["clientInfo"]!.GetValue<string>(), StringComparison.Ordinal));
        Assert.EndsWith("/secrets/agentruntime-crm--read?api-version=7.4", records[1]["properties"]!["requestUri"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_read_that_belongs_to_no_attempt_has_an_id_of_its_own()
    {
        await using var vault = await AzureVault.StartAsync();
        var store = vault.Open();
        for (var i = 0; i < 2; i++)
        {
            await store.ReadAsync(new SecretReadRequest(AzureVault.Credential, null, new SecretAccessContext { Principal = "user:maria", Purpose = "check" }), CancellationToken.None);
        }

        var ids = vault.Fake.Service.Log.Records.Where(record => Text(record, "operationName") == "SecretGet").Select(record => Text(record, "correlationId")).ToList();
        Assert.Equal(2, ids.Count);
        Assert.Distinct(ids);
    }

    [Fact]
    public async Task The_log_can_be_had_in_both_forms_and_holds_no_value()
    {
        await using var vault = await AzureVault.StartAsync();
        vault.Fake.Secrets.Put(AzureVault.NameOf(AzureVault.Credential), "canary-1a2b-log");
        await vault.Open().ValueAsync();
        var lines = vault.Fake.Service.Log.ToJsonLines();
        Assert.Equal(2, lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal(2, JsonNode.Parse(vault.Fake.Service.Log.ToDocument())!["records"]!.AsArray().Count);
        Assert.DoesNotContain("canary-1a2b-log", lines);
    }

    [Fact]
    public async Task The_log_can_be_joined_with_ours()
    {
        await using var vault = await AzureVault.StartAsync();
        vault.Fake.Secrets.Put(AzureVault.NameOf(AzureVault.Credential), "value");
        await vault.Open().ValueAsync();
        var reader = new AzureLogReader(new AzureLogOptions
        {
            Host = vault.Fake.VaultUrl.Host,
            CredentialOf = name => AzureSecretStore.CredentialOf("agentruntime-", name),
            RuntimeIdentities = [vault.Fake.Entra.Application.ClientId.ToString()],
        });
        using var log = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(vault.Fake.Service.Log.ToJsonLines()));
        var read = Assert.Single(await reader.ReadAsync(log, "log.json", CancellationToken.None).ToListAsync());
        Assert.Equal((AzureVault.Credential, StoreReadOutcome.Read, true), (read.Credential!.Value, read.Outcome, read.IsOfRuntime));
        Assert.Equal(AttemptCorrelation.Of(AzureVault.Step.Run!.Value, AzureVault.Step.Step!.Value, 2).ToString(), read.CorrelationId);
    }

    private static string Text(JsonObject record, string member) => record[member]!.GetValue<string>();
}
