//! Spanish.

use super::Romance;

pub(in crate::lint::statement) const SPANISH: Romance = Romance {
    infinitives: &["ar", "er", "ir", "ír"],
    other_infinitives: "dar ver ir",
    no_infinitives: "taller lugar hogar pilar collar mujer poder deber placer ser haber familiar militar auxiliar escolar particular similar \
        popular regular singular preliminar peculiar circular molecular muscular nuclear solar lunar líder máster póster cáncer carácter súper \
        elixir porvenir ayer bienestar malestar estelar curricular vascular alquiler bachiller canciller mártir azúcar néctar estándar dólar \
        hospitalar ejemplar interdisciplinar titular",
    verbs: "medir analizar controlar comprobar verificar preparar montar desmontar reparar soldar cortar limpiar registrar documentar elaborar \
        redactar diseñar programar configurar instalar calibrar ajustar inspeccionar supervisar coordinar organizar planificar gestionar evaluar calcular \
        interpretar traducir aplicar utilizar usar operar manejar mantener atender vender comprar presentar explicar describir identificar clasificar \
        comparar seleccionar desarrollar crear realizar ejecutar efectuar administrar asesorar informar comunicar negociar resolver responder leer escribir \
        dibujar pintar lijar pulir mezclar cocinar servir transportar almacenar embalar etiquetar cargar descargar conducir cultivar regar podar cosechar \
        curar vendar examinar tomar recoger procesar archivar enseñar entrenar formar guiar acompañar proteger vigilar detectar diagnosticar tratar probar \
        conectar desconectar ensamblar fabricar producir construir demoler excavar nivelar trazar cablear desinfectar esterilizar lavar planchar coser bordar \
        enumerar definir nombrar resumir distinguir reconocer determinar establecer publicar editar grabar fotografiar implementar integrar optimizar",
    third: &[("ar", "a"), ("er", "e"), ("ir", "e")],
    irregular: "mide dirige elige corrige sirve comprueba prueba suelda riega resuelve atiende mantiene tiene hace pone propone dispone expone \
        construye distribuye sustituye muestra demuestra cuenta encuentra mueve dispone extiende traduce conduce produce cose friega reconoce establece tritura compone",
    people: "alumno alumna alumnos estudiante estudiantes persona personas titular titulares participante participantes candidato candidata aprendiz aprendices \
        egresado egresada trabajador trabajadora",
    articles: &["el", "la", "los", "las", "cada", "un", "una"],
    lead_ins: &[
        "puede",
        "pueden",
        "es capaz de",
        "son capaces de",
        "capaz de",
        "será capaz de",
        "serán capaces de",
        "podrá",
        "podrán",
        "sabe",
        "saben",
        "saber",
        "está en condiciones de",
        "poder",
    ],
    adverb: "mente",
    before: "no también bien solo sólo",
    vague: "comprender comprende comprenderá entender entiende entenderá conocer conoce conocerá saber sabe aprender aprende aprenderá descubrir descubre \
        explorar explora apreciar aprecia valorar adquirir adquiere obtener obtiene dominar domina ser es estar está tener familiarizarse interesarse potenciar potencia \
        impulsar impulsa transformar transforma convertirse conviértete conviertete desbloquea desbloquear pensar piensa creer cree sentir siente profundizar profundiza \
        querer quiere lograr logra reflexionar reflexiona sensibilizarse concienciarse tomar-conciencia vivir vive disfrutar disfruta crecer crece",
    held: "conocimiento conocimientos comprensión habilidades competencias conciencia interés dominio familiaridad actitud actitudes experiencia",
    holding: "demostrar demuestra mostrar muestra tener tiene poseer posee desarrollar desarrolla ampliar amplía",
    pointing: &[
        "este",
        "esta",
        "en este",
        "en esta",
        "el",
        "la",
        "nuestro",
        "nuestra",
        "durante el",
        "durante este",
    ],
    courses: "curso cursos módulo módulos taller talleres programa formación capacitación seminario seminarios clase clases jornada jornadas certificado insignia \
        microcredencial asignatura webinar sesiones bootcamp",
    attending: "asistir asiste participar participa inscribirse acudir completar completa cursar cursa superar supera recibir recibe realizar realiza finalizar finaliza",
    nouns_too: "prueba compra mezcla cura carga descarga guía forma práctica muestra cuenta poda marca mide corta lima vigila pinta conecta suelda entrena toma recoge",
    of: "de del",
    knowledge: "explicar describir identificar clasificar comparar enumerar definir nombrar resumir distinguir reconocer interpretar citar exponer",
};
