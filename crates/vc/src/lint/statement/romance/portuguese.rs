//! Portuguese.

use super::Romance;

pub(in crate::lint::statement) const PORTUGUESE: Romance = Romance {
    infinitives: &["ar", "er", "ir"],
    other_infinitives: "pôr compor propor dispor repor expor impor depor transpor ler ver dar decompor sobrepor",
    no_infinitives: "lugar lar familiar escolar auxiliar militar popular particular mulher poder dever ser prazer elixir líder regular similar singular \
        preliminar circular molecular nuclear solar lunar celular câncer caráter qualquer açúcar hangar altar limiar pilar colar mártir bem-estar \
        hospitalar titular curricular vascular muscular exemplar pomar radar interdisciplinar porvir",
    verbs: "analisar controlar verificar preparar montar desmontar reparar soldar cortar limpar registar registrar documentar elaborar redigir desenhar \
        projetar programar configurar instalar calibrar ajustar inspecionar supervisionar coordenar organizar planear planejar avaliar calcular interpretar \
        aplicar utilizar usar operar manusear atender vender comprar apresentar explicar descrever identificar classificar comparar selecionar desenvolver \
        criar realizar executar efetuar administrar aconselhar informar comunicar negociar resolver responder escrever pintar lixar polir misturar cozinhar \
        transportar armazenar embalar etiquetar carregar descarregar cultivar regar podar colher tratar examinar recolher processar arquivar ensinar treinar \
        formar guiar acompanhar proteger vigiar detetar detectar diagnosticar testar conectar ligar fabricar demolir escavar nivelar cablar \
        desinfetar esterilizar lavar costurar bordar enumerar definir nomear resumir distinguir reconhecer determinar estabelecer publicar editar gravar fotografar \
        implementar integrar otimizar gerenciar anotar corrigir dirigir tornear furar pesar trocar substituir",
    third: &[("uir", "ui"), ("ar", "a"), ("er", "e"), ("ir", "e")],
    irregular: "mede gere lê escreve faz põe propõe dispõe expõe compõe traduz conduz produz reduz constrói distribui substitui serve mantém obtém atribui cose confere \
        prevê vê dirige corrige monta testa colhe protege",
    people: "aluno aluna alunos estudante estudantes pessoa pessoas titular titulares participante participantes candidato candidata formando formanda formandos aprendiz \
        aprendizes ele ela",
    articles: &["o", "a", "os", "as", "cada", "um", "uma"],
    lead_ins: &[
        "pode",
        "podem",
        "é capaz de",
        "são capazes de",
        "capaz de",
        "será capaz de",
        "serão capazes de",
        "poderá",
        "poderão",
        "sabe",
        "sabem",
        "saber",
        "consegue",
        "conseguem",
        "está apto a",
        "está apta a",
        "poder",
    ],
    adverb: "mente",
    before: "não também bem só",
    vague: "compreender compreende compreenderá entender entende entenderá conhecer conhece saber sabe aprender aprende aprenderá descobrir descobre descubra explorar explora \
        apreciar aprecia valorizar adquirir adquire obter obtém dominar domina ser é estar está ter tem familiarizar-se interessar-se impulsionar impulsione \
        transformar transforme tornar-se torne-se desbloquear desbloqueie pensar pensa acreditar acredita sentir sente aprofundar aprofunda querer quer conseguir refletir \
        reflete viver vive crescer cresça alavancar alavanque mergulhar mergulhe sensibilizar-se",
    held: "conhecimento conhecimentos compreensão habilidades competências consciência interesse domínio familiaridade atitude atitudes experiência",
    holding: "demonstrar demonstra mostrar mostra ter tem possuir possui desenvolver desenvolve ampliar amplia",
    pointing: &[
        "este",
        "esta",
        "neste",
        "nesta",
        "o",
        "a",
        "nosso",
        "nossa",
        "durante o",
        "durante este",
        "esse",
        "essa",
    ],
    courses: "curso cursos módulo módulos oficina oficinas programa formação formações treinamento seminário seminários aula aulas workshop certificado distintivo microcredencial \
        disciplina webinar sessões bootcamp",
    attending: "assistir assiste participar participa inscrever-se frequentar frequenta concluir conclui completar completa receber recebe realizar realiza terminar termina",
    nouns_too: "prova compra mistura cura carga descarga guia forma poda marca troca corta lima pinta solda lavra escreve colhe usa recolha pesa monta testa",
    of: "de do da dos das",
    knowledge: "explicar descrever identificar classificar comparar enumerar definir nomear resumir distinguir reconhecer interpretar citar expor",
};
